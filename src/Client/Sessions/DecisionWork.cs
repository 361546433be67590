namespace Mptcp.ControlPlane.Client;

/// <summary>A request on its way to an answer, which it has or misses once.</summary>
sealed class DecisionWork : IDisposable
{
    // More than any daemon gives, and less than timers hold.
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    readonly CancellationTokenSource _source;
    readonly CancellationTokenRegistration _registration;
    volatile int _cause = (int)MissedDecisionCause.Late;
    int _isOver;

    /// <summary>Begins the time of a request.</summary>
    /// <param name="session">Whose request it is.</param>
    /// <param name="context">What is asked.</param>
    /// <param name="time">The clock of its time.</param>
    /// <param name="missed">Told when the time is over, or the request is given up, before there is an answer.</param>
    public DecisionWork(
        ControllerSession session,
        DecisionContext context,
        TimeProvider time,
        Action<DecisionWork, MissedDecisionCause> missed)
    {
        Session = session;
        Context = context;
        _source = new CancellationTokenSource(
            context.Deadline is { } deadline ? TimeSpan.FromTicks(Math.Clamp(deadline.Ticks, 0, Longest.Ticks)) : Timeout.InfiniteTimeSpan,
            time);
        Cancellation = _source.Token;
        _registration = Cancellation.UnsafeRegister(
            _ =>
            {
                if (TryEnd())
                    missed(this, (MissedDecisionCause)_cause);
            },
            null);
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
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was answered at the same time.
        }
    }

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }
}
