using System.Diagnostics;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Mapping.Sockets;
using Mptcp.ControlPlane.Server.Services.Sampling;
using Mptcp.Native.Diagnostics;

namespace Mptcp.ControlPlane.Server.Services;

/// <content>Sampling.</content>
internal sealed partial class DiagnosticsGrpcService
{
    public override async Task Sample(SampleRequest request, IServerStreamWriter<SampleResponse> responses, ServerCallContext context)
    {
        var violations = new RequestViolations();
        SampleRequestParsing.CheckTarget(request, violations);
        var interval = SampleRequestParsing.ReadInterval(request, violations);
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace);
        RequireMptcpSockets(served);

        // A trace of the call would never end growing.
        Activity.Current = null;
        using var diagnostics = SocketDiagnostics.Open(served.NetworkNamespace, observer.Observe);
        var stream = new SampleStream(SourceOf(request, served, diagnostics), interval, request.Count, responses.WriteAsync, time);
        await stream.RunAsync(context.CancellationToken);
    }

    private ServedSource SourceOf(SampleRequest request, HostNamespace served, SocketDiagnostics diagnostics)
    {
        SampleSource source = request.Filter is null
            ? new ConnectionSource(diagnostics, request.Token, request.ConnectionId, () => NotFound(served, request.Token), time)
            : new FilterSource(
                diagnostics,
                SocketFilterParsing.Build(request.Filter, served)!,
                ofConnections: request.FilterProtocol == SocketProtocol.Mptcp);
        return new ServedSource(source, () => RequireServed(served));
    }

    private ControlPlaneException NotFound(HostNamespace served, uint token)
        => new(StatusCode.NotFound, ErrorReason.ConnectionNotFound, ConnectionRefusals.NotFound(served, token, namespaces));

    /// <summary>A source that ends with its namespace: the open netlink socket would keep that alive, and find less and less in it.</summary>
    private sealed class ServedSource(SampleSource source, Action requireServed) : SampleSource
    {
        public override bool HasEnded => source.HasEnded;

        public override IReadOnlyList<ConnectionSockets> Read()
        {
            requireServed();
            return Explain(source.Read);
        }
    }
}
