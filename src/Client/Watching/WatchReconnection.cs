namespace Mptcp.ControlPlane.Client;

/// <summary>
/// How a watch, or a controller, goes on when its stream breaks: after a pause that is drawn by lot from a range, which doubles with every
/// attempt that fails and is small again once a message has come.
/// </summary>
public sealed class WatchReconnection
{
    // More than anybody waits, and less than timers hold.
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>The longest pause before the first attempt; more than zero. Default: 100 milliseconds.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The longest pause before any attempt, unless the daemon asks for a longer one (<c>google.rpc.RetryInfo</c>); from
    /// <see cref="InitialDelay"/> to 1 day. Default: 5 seconds.
    /// </summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long after a break attempts are begun, before the last error is thrown;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for ever. Default: for ever.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// True to go on trying also until the first message has come. False throws what fails until then at once, so
    /// that a wrong address is noticed. Default: false.
    /// </summary>
    public bool WaitForDaemon { get; init; }

    /// <summary>
    /// Told before every pause, by whatever thread reads the stream; what it throws ends the watch or the controller. The first message after it
    /// says that the daemon is back. Default: nobody is told.
    /// </summary>
    public Action<WatchInterruption>? Reconnecting { get; init; }

    /// <summary>The clock of pauses.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Draws the part of the longest pause to take, from 0 to less than 1.</summary>
    internal Func<double> Lot { get; init; } = Random.Shared.NextDouble;

    internal IEnumerable<string> Violations()
    {
        if (InitialDelay <= TimeSpan.Zero)
            yield return $"{nameof(InitialDelay)} is {InitialDelay}: it must be more than zero";
        if (LongestDelay < InitialDelay || LongestDelay > Longest)
            yield return $"{nameof(LongestDelay)} is {LongestDelay}: it must be at least {nameof(InitialDelay)}, and at most 1 day";
        if (GiveUpAfter <= TimeSpan.Zero && GiveUpAfter != Timeout.InfiniteTimeSpan)
            yield return $"{nameof(GiveUpAfter)} is {GiveUpAfter}: it must be more than zero, or infinite";
    }
}
