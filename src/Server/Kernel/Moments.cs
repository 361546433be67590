namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>Moments to come, as timestamps, which no change of the clock moves.</summary>
internal static class Moments
{
    /// <summary>The moment after a time.</summary>
    public static long After(this TimeProvider time, TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>How long it is until a moment; zero once it is there.</summary>
    public static TimeSpan Until(this TimeProvider time, long moment)
    {
        var left = time.GetElapsedTime(time.GetTimestamp(), moment);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
