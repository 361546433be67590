namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>How much of something there may be yet: so much comes in a second, and no more than that is kept. Guarded by whoever has it.</summary>
internal sealed class Allowance
{
    private double _left = double.MaxValue;
    private long _filled;

    /// <summary>Takes one.</summary>
    /// <param name="perSecond">How many there may be in a second; 0 for any number.</param>
    /// <param name="time">What the time is.</param>
    /// <returns>Whether there was one.</returns>
    public bool Take(int perSecond, TimeProvider time)
    {
        if (perSecond == 0)
            return true;
        Fill(perSecond, time);
        if (_left < 1)
            return false;
        _left--;
        return true;
    }

    /// <summary>Whether nothing has been taken in the last second.</summary>
    /// <inheritdoc cref="Take"/>
    public bool IsFull(int perSecond, TimeProvider time)
    {
        if (perSecond == 0)
            return true;
        Fill(perSecond, time);
        return _left >= perSecond;
    }

    private void Fill(int perSecond, TimeProvider time)
    {
        var now = time.GetTimestamp();
        _left = Math.Min(perSecond, _left + (time.GetElapsedTime(_filled, now).TotalSeconds * perSecond));
        _filled = now;
    }
}
