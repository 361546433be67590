using System.Diagnostics;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Telemetry;

/// <summary>Hears how each request to the kernel ended: counts it, and puts it into the trace of the call that made it.</summary>
internal sealed class KernelRequestObserver(ServerMetrics metrics, TimeProvider time) : IDisposable
{
    public const string SourceName = "Mptcp.ControlPlane.Kernel";

    private readonly ActivitySource _source = new(SourceName);

    public void Observe(RequestOutcome outcome)
    {
        metrics.KernelRequest(outcome);

        // Requests that no sampled call made would be traces of their own, many and of no use.
        if (Activity.Current is not { IsAllDataRequested: true } call)
            return;
        var start = time.GetUtcNow() - outcome.Duration;
        using var request = _source.StartActivity(ActivityKind.Client, call.Context, startTime: start, name: outcome.Operation);
        if (outcome.Errno is { } errno)
            request?.SetStatus(ActivityStatusCode.Error, errno.Name);
    }

    public void Dispose() => _source.Dispose();
}
