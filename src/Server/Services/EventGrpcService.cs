using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Streams what happens. <see cref="EventServiceMethods"/> binds it.</summary>
internal sealed class EventGrpcService(KernelLoop loop, DaemonIdentity identity, ServerMetrics metrics, TimeProvider time)
{
    public async Task Watch(WatchRequest request, IServerStreamWriter<WatchMessage> responses, ServerCallContext context)
    {
        var reach = CallAccess.Of(context).Reach;
        var options = WatchRequestMapping.Read(request);
        request.KnownConnections.Clear(); // The stream may go on for months.
        metrics.WatcherStarted();
        try
        {
            // Headers first: a watcher of a quiet host should know that it is being served.
            await context.WriteResponseHeadersAsync([]);
            var namespaces = options.SnapshotNamespaces;
            var stream = new WatchStream(
                loop.Log, cancellation => loop.SnapshotAsync(namespaces, cancellation), identity, options, reach, responses.WriteAsync, metrics, time);
            await stream.RunAsync(context.CancellationToken);
        }
        finally
        {
            metrics.WatcherEnded();
        }
    }
}
