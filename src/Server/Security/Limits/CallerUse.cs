namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>What one caller takes. Guarded by its <see cref="CallerLedger"/>.</summary>
internal sealed class CallerUse
{
    private double _requestsLeft = double.MaxValue;
    private long _filled;

    /// <summary>How many streams it has open.</summary>
    public int Streams { get; set; }

    /// <summary>How many other calls it waits for.</summary>
    public int Calls { get; set; }

    /// <summary>Counts a request.</summary>
    /// <param name="perSecond">How many there may be; 0 for any number.</param>
    /// <param name="time">What the time is.</param>
    /// <returns>Whether there may be this one.</returns>
    public bool TakeRequest(int perSecond, TimeProvider time)
    {
        if (perSecond == 0)
            return true;
        Fill(perSecond, time);
        if (_requestsLeft < 1)
            return false;
        _requestsLeft--;
        return true;
    }

    /// <summary>Whether it is as one that has never called.</summary>
    /// <inheritdoc cref="TakeRequest"/>
    public bool IsForgettable(int perSecond, TimeProvider time)
    {
        if (Streams > 0 || Calls > 0)
            return false;
        if (perSecond == 0)
            return true;
        Fill(perSecond, time);
        return _requestsLeft >= perSecond;
    }

    private void Fill(int perSecond, TimeProvider time)
    {
        var now = time.GetTimestamp();
        _requestsLeft = Math.Min(perSecond, _requestsLeft + (time.GetElapsedTime(_filled, now).TotalSeconds * perSecond));
        _filled = now;
    }
}
