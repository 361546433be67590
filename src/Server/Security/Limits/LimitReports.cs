using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>Tells operators of refusals: every one is counted, and the log has a line for each limit every now and then.</summary>
internal sealed class LimitReports(ServerMetrics metrics, TimeProvider time, ILogger<LimitReports> logger)
{
    /// <summary>How long the log says nothing of a limit after it has.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly Lock _guard = new();
    private readonly Dictionary<LimitKind, Told> _told = [];

    /// <summary>Something was refused.</summary>
    /// <param name="limit">By which limit.</param>
    /// <param name="caller">To whom, by name.</param>
    public void Refused(LimitKind limit, string caller)
    {
        metrics.LimitReached(limit);
        long untold;
        lock (_guard)
        {
            var now = time.GetTimestamp();
            if (_told.TryGetValue(limit, out var last) && time.GetElapsedTime(last.Moment, now) < Silence)
            {
                _told[limit] = last with { Since = last.Since + 1 };
                return;
            }

            untold = last.Since;
            _told[limit] = new Told(now, Since: 0);
        }

        logger.LimitReached(limit.KeyOf(), caller, untold);
    }

    private readonly record struct Told(long Moment, long Since);
}
