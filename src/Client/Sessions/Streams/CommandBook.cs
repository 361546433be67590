#pragma warning disable CA1001 // Nobody asks the semaphore for its wait handle, which is all that there would be to dispose of.
using System.Globalization;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// The commands without an answer: sent while the controller is primary, and sent again when it is so in a new session. Their request
/// ids keep the daemon from doing one twice.
/// </summary>
sealed class CommandBook
{
    // Of more than that a daemon forgets the answers, and would do again what is sent again.
    const int MostPending = 4096;

    readonly Lock _gate = new();
    readonly Dictionary<ulong, PendingCommand> _pending = [];
    readonly SemaphoreSlim _room = new(MostPending);
    readonly string _name = Guid.NewGuid().ToString("N");
    SessionWriter? _primary;
    string _epoch = "";
    ControlPlaneError? _refusal;
    bool _isOver;
    ulong _last;

    /// <summary>Sends a command as soon as that is possible, and waits for its answer.</summary>
    public async Task<PathCommandResult> SendAsync(ControlCommand command, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            var (pending, session) = Add(command);
            session?.Flush();
            await using var registration = cancellationToken.UnsafeRegister(
                (_, token) =>
                {
                    Take(pending.CorrelationId);
                    pending.Cancel(token);
                },
                null);
            return await pending.Answer;
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>A session has opened: another run of the daemon knows nothing of what was sent to the one before.</summary>
    public void Open(string epoch)
    {
        lock (_gate)
            _epoch = epoch;
        Fail(
            pending => pending.SentTo is not null && pending.Epoch != epoch,
            _ => new CommandOutcomeUnknownException("the daemon was restarted before it answered"));
    }

    /// <summary>The controller is primary: what was not sent in its session is.</summary>
    public void Resume(SessionWriter session)
    {
        lock (_gate)
        {
            _refusal = null;
            _primary = session;
            foreach (var pending in _pending.Values.Where(pending => pending.SentTo != session).OrderBy(pending => pending.CorrelationId))
                Send(pending, session);
        }

        session.Flush();
    }

    /// <summary>The controller is not primary, and may be yet.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            _primary = null;
            _refusal = null;
        }
    }

    /// <summary>The controller is not primary. What its session has been sent is still answered there.</summary>
    public void Refuse(SessionWriter session, ControlPlaneError refusal)
    {
        lock (_gate)
        {
            _primary = null;
            _refusal = refusal;
        }

        Fail(
            pending => pending.SentTo != session,
            pending => pending.SentTo is null
                ? new CommandRefusedException(refusal)
                : new CommandOutcomeUnknownException("the session ended before it was answered, and now " + refusal.Message));
    }

    /// <summary>An answer has come.</summary>
    public void Answer(ControlCommandResult answer)
    {
        var result = answer.Result ?? new PathCommandResult();
        if (Take(answer.CorrelationId) is not { } pending)
            return;
        if (result.Error is { } error)
            pending.Fail(new CommandRefusedException(ControlPlaneError.From(error)));
        else
            pending.Succeed(result);
    }

    /// <summary>No session will come any more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            _primary = null;
        }

        Fail(_ => true, pending => pending.SentTo is null
            ? Ended()
            : new CommandOutcomeUnknownException("the controller has ended before it was answered"));
    }

    (PendingCommand Pending, SessionWriter? Session) Add(ControlCommand command)
    {
        command = command.Clone();
        lock (_gate)
        {
            if (_isOver)
                throw Ended();
            if (_refusal is not null)
                throw new CommandRefusedException(_refusal);
            command.CorrelationId = ++_last;
            if (command.RequestId.Length == 0)
                command.RequestId = string.Create(CultureInfo.InvariantCulture, $"{_name}-{_last}");
            var pending = new PendingCommand(command);
            _pending.Add(_last, pending);
            if (_primary is not null)
                Send(pending, _primary);
            return (pending, _primary);
        }
    }

    // Under the lock, so that commands are sent in the order of their numbers.
    void Send(PendingCommand pending, SessionWriter session)
    {
        pending.SentTo = session;
        pending.Epoch = _epoch;
        session.Enqueue(pending.Request);
    }

    PendingCommand? Take(ulong correlationId)
    {
        lock (_gate)
            return _pending.Remove(correlationId, out var pending) ? pending : null;
    }

    void Fail(Func<PendingCommand, bool> which, Func<PendingCommand, Exception> why)
    {
        List<PendingCommand> failed;
        lock (_gate)
        {
            failed = [.. _pending.Values.Where(which)];
            failed.ForEach(pending => _pending.Remove(pending.CorrelationId));
        }

        failed.ForEach(pending => pending.Fail(why(pending)));
    }

    static InvalidOperationException Ended() => new("The controller has ended, and the command was not sent.");
}
