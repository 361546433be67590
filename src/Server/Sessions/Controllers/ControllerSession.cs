using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>One controller's session: what it is told waits here until its stream takes it.</summary>
internal sealed class ControllerSession : IController
{
    // Whoever does not read for so long is asked about more connections than a host has.
    private const int MostWaiting = 262_144;

    private readonly Channel<object> _told = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<ulong, (long Time, string Namespace)> _asked = new();
    private readonly TaskCompletionSource _overflow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private volatile SessionIdentity _identity;
    private volatile bool _isPrimary;
    private volatile ISessionRecorder? _recorder;
    private int _waiting;

    public ControllerSession(SessionIdentity identity, TimeProvider time) => (_identity, _time) = (identity, time);

    public SessionIdentity Identity
    {
        get => _identity;
        set => _identity = value;
    }

    /// <summary>Whether it was told to be primary.</summary>
    public bool IsPrimary
    {
        get => _isPrimary;
        set => _isPrimary = value;
    }

    /// <summary>Hears what comes of what the session says; null for nobody.</summary>
    public ISessionRecorder? Recorder
    {
        get => _recorder;
        set => _recorder = value;
    }

    public SessionFigures Figures { get; } = new();

    /// <summary>How many decisions are waited for.</summary>
    public int Waiting => _asked.Count;

    /// <summary>Why the daemon ends it; null while it does not.</summary>
    public SessionRefusedException? End { get; private set; }

    /// <summary>Ends when the controller has left too much unread: then what it is being told at that moment is not waited for.</summary>
    public Task Overflow => _overflow.Task;

    /// <summary>Waits until there is something to tell it.</summary>
    /// <returns>False when nothing will come any more.</returns>
    public ValueTask<bool> WaitToTellAsync(CancellationToken cancellation) => _told.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes what it is to be told next: a question, an outcome or a <see cref="PrimaryStanding"/>.</summary>
    public bool TryTake([NotNullWhen(true)] out object? told)
    {
        if (!_told.Reader.TryRead(out told))
            return false;
        Interlocked.Decrement(ref _waiting);
        return true;
    }

    public void Ask(DecisionQuestion question)
    {
        _asked[question.Id] = (_time.GetTimestamp(), question.Connection.Namespace);
        Figures.CountAsked();
        Write(question);
    }

    public void NoteMissed(ulong question)
    {
        _asked.TryRemove(question, out _);
        Figures.CountMissed();
    }

    public void NoteDropped(ulong question) => _asked.TryRemove(question, out _);

    public void Tell(DecisionOutcome outcome)
    {
        if (outcome.Refusal is { Refusal: SessionRefusal.DecisionLate or SessionRefusal.DecisionUnknown or SessionRefusal.NotPrimary })
            Figures.CountLate();
        _recorder?.Told(outcome);
        Write(outcome);
        foreach (var done in outcome.Outcomes)
            Count(done);
    }

    public void Tell(CommandOutcome outcome)
    {
        Count(outcome.Outcome);
        _recorder?.Told(outcome);
        Write(outcome);
    }

    /// <summary>Waits for what is done elsewhere.</summary>
    /// <returns>An outcome that waits for nothing.</returns>
    public async Task<OrderOutcome> SettleAsync(OrderOutcome outcome)
    {
        if (outcome.Pending is not { } pending)
            return outcome;
        var settled = await pending;
        Count(settled);
        return settled;
    }

    public void Tell(PrimaryStanding standing) => Write(standing);

    /// <summary>The namespace of a connection that it is asked about; null where it is not.</summary>
    public string? FindNamespace(ulong question) => _asked.TryGetValue(question, out var asked) ? asked.Namespace : null;

    /// <summary>Notes that an answer has come.</summary>
    public void NoteAnswer(ulong question)
    {
        if (_asked.TryRemove(question, out var asked))
            Figures.CountMade(_time.GetElapsedTime(asked.Time));
    }

    /// <summary>Tells it nothing more: what it was told still reaches it.</summary>
    /// <param name="why">Why the daemon ends it; null where it ends itself.</param>
    public void Finish(SessionRefusedException? why)
    {
        End ??= why;
        _told.Writer.TryComplete();
    }

    private void Count(OrderOutcome outcome)
    {
        if (outcome.Pending is null)
            Figures.CountCommand(outcome.Failure is null);
    }

    private void Write(object told)
    {
        if (Interlocked.Increment(ref _waiting) <= MostWaiting)
        {
            _told.Writer.TryWrite(told);
            return;
        }

        Finish(new SessionRefusedException(SessionRefusal.LimitExceeded, "the controller does not read what it is told"));
        _overflow.TrySetResult();
    }
}
