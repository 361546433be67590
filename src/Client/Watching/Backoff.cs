using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Mptcp.ControlPlane.Client;

/// <summary>The pauses between the attempts of one watch, or of one controller, to go on.</summary>
sealed class Backoff(WatchReconnection options)
{
    // A daemon that asks for more than a day is not believed, and timers hold little more.
    static readonly TimeSpan LongestHint = TimeSpan.FromDays(1);

    int _failures;
    long _firstFailure;

    /// <summary>True when a daemon that comes back may make good what failed.</summary>
    public static bool IsAway(RpcException failure) =>
        failure.StatusCode == StatusCode.Unavailable
        || ControlPlaneError.From(failure).Origin is ControlPlaneErrorOrigin.Unreachable or ControlPlaneErrorOrigin.Transport;

    /// <summary>Begins anew: the daemon has been heard.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Counts a failure, and says how long to pause after it; null when it is time to give up.</summary>
    public WatchInterruption? Next(RpcException failure)
    {
        if (_failures++ == 0)
            _firstFailure = options.Time.GetTimestamp();
        var hint = HintOf(failure);
        var drawn = LongestNow() * options.Lot();
        // Not the longer of both: all clients of a daemon that stops have the same hint at the same time.
        var delay = hint + drawn;
        if (options.GiveUpAfter != Timeout.InfiniteTimeSpan)
        {
            var left = options.GiveUpAfter - options.Time.GetElapsedTime(_firstFailure);
            if (left <= TimeSpan.Zero || hint > left)
                return null;
            // What is drawn may be cut, so that the last attempt is made with the last of the time.
            delay = delay < left ? delay : left;
        }

        return new WatchInterruption(ControlPlaneError.From(failure), _failures, delay, options.Time.GetUtcNow() + delay);
    }

    TimeSpan LongestNow() => new((long)Math.Min(options.LongestDelay.Ticks, options.InitialDelay.Ticks * Math.Pow(2, _failures - 1)));

    static TimeSpan HintOf(RpcException failure)
    {
        // A hint that cannot be read is none, as with all details of an error.
        var delay = failure.Trailers.GetRpcStatus(ignoreParseError: true)?.GetDetail<RetryInfo>()?.RetryDelay ?? new Duration();
        return delay.Seconds >= LongestHint.TotalSeconds
            ? LongestHint
            : TimeSpan.FromSeconds(Math.Max(delay.Seconds, 0)) + TimeSpan.FromTicks(Math.Max(delay.Nanos, 0) / TimeSpan.NanosecondsPerTick);
    }
}
