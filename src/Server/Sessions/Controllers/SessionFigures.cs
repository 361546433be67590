namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>What was asked of a session, and what it did. Any thread may count, and read.</summary>
internal sealed class SessionFigures
{
    private const double Weight = 0.1;
    private long _asked;
    private long _made;
    private long _missed;
    private long _late;
    private long _done;
    private long _refused;
    private double _seconds;

    public long Asked => Interlocked.Read(ref _asked);

    public long Made => Interlocked.Read(ref _made);

    public long Missed => Interlocked.Read(ref _missed);

    public long Late => Interlocked.Read(ref _late);

    public long Done => Interlocked.Read(ref _done);

    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>How long decisions took, on average of late.</summary>
    public TimeSpan DecisionTime => TimeSpan.FromSeconds(Volatile.Read(ref _seconds));

    public void CountAsked() => Interlocked.Increment(ref _asked);

    public void CountMissed() => Interlocked.Increment(ref _missed);

    public void CountLate() => Interlocked.Increment(ref _late);

    public void CountMade(TimeSpan taken)
    {
        Interlocked.Increment(ref _made);
        var before = Volatile.Read(ref _seconds);
        Volatile.Write(ref _seconds, before == 0 ? taken.TotalSeconds : before + (Weight * (taken.TotalSeconds - before)));
    }

    public void CountCommand(bool wasDone)
    {
        if (wasDone)
            Interlocked.Increment(ref _done);
        else
            Interlocked.Increment(ref _refused);
    }
}
