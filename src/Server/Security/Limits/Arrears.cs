namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>How much time somebody has taken in advance. It goes by like any other time. Guarded by whoever has it.</summary>
internal sealed class Arrears
{
    // What anybody is made to wait at most. A connection that is silent for as long is not yet taken for dead.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);

    private TimeSpan _owed;
    private long _since;

    /// <summary>Whether all of it has gone by.</summary>
    public bool IsPaid(TimeProvider time) => time.GetElapsedTime(_since) >= _owed;

    /// <summary>Takes more.</summary>
    /// <returns>How much that is now with what was left of before.</returns>
    public TimeSpan Add(TimeSpan more, TimeProvider time)
    {
        var now = time.GetTimestamp();
        var left = _owed - time.GetElapsedTime(_since, now);
        _owed = (left > TimeSpan.Zero ? left : TimeSpan.Zero) + more;
        if (_owed > Most)
            _owed = Most;
        _since = now;
        return _owed;
    }
}
