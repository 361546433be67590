namespace Mptcp.ControlPlane.Client;

/// <summary>A request on its way to an answer, which it has or misses once.</summary>
sealed class DecisionWork : IDisposable
{
    // More than any daemon gives, and less than timers hold.
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    readonly CancellationTokenSource _source = new();
    readonly CancellationTokenRegistration _registration;
    readonly PathController _controller;
    readonly ITimer? _timer;
    volatile int _cause = (int)MissedDecisionCause.Late;
    int _isOver;

    /// <summary>Begins the time of a request.</summary>
    /// <param name="session">Whose request it is.</param>
    /// <param name="context">What is asked.</param>
    /// <param name="controller">Told when the time is over, or the request is given up, before there is an answer.</param>
    /// <param name="time">The clock of its time.</param>
    public DecisionWork(ControllerSession session, DecisionContext context, PathController controller, TimeProvider time)
    {
        Session = session;
        Context = context;
        Cancellation = _source.Token;
        _controller = controller;
        _registration = Cancellation.UnsafeRegister(
            _ =>
            {
                if (TryEnd())
                    controller.TellMissed(new MissedDecision(context, (MissedDecisionCause)_cause));
            },
            null);
        // Not the source's own timer: what the author's code, which may have registered something too, throws there ends the program.
        if (context.Deadline is { } deadline)
            _timer = time.CreateTimer(_ => Cancel(), null, TimeSpan.FromTicks(Math.Clamp(deadline.Ticks, 0, Longest.Ticks)), Timeout.InfiniteTimeSpan);
    }

    public ControllerSession Session { get; }

    public DecisionContext Context { get; }

    /// <summary>Cancelled when an answer is of no use any more.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>True when it was answered or missed.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>Ends it; false when that was done before.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;

    /// <summary>Gives it up.</summary>
    public void GiveUp(MissedDecisionCause cause)
    {
        _cause = (int)cause;
        Cancel();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _registration.Dispose();
        _source.Dispose();
    }

    void Cancel() => _controller.Guard(
        () =>
        {
            try
            {
                _source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It was answered at the same time.
            }
        },
        Context);
}
