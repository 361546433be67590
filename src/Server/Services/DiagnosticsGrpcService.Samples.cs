using System.Diagnostics;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Permissions;
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
        var access = CallAccess.Of(context);
        // Of sockets that a filter selects it is not known whose they are.
        if (request.Filter is not null && !access.Reach.IsWhole)
            throw AccessRefusals.Denied(access, Permission.ReadSockets);
        var violations = new RequestViolations();
        SampleRequestParsing.CheckTarget(request, violations);
        var interval = SampleRequestParsing.ReadInterval(request, violations);
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace, access.Reach);
        RequireMptcpSockets(served);
        var id = request.Filter is null ? await FindAsync(served, request, access.Reach, context.CancellationToken) : 0;

        // A trace of the call would never end growing.
        Activity.Current = null;
        using var diagnostics = SocketDiagnostics.Open(served.NetworkNamespace, observer.Observe);
        var stream = new SampleStream(SourceOf(request, id, served, diagnostics, access.Reach), interval, request.Count, responses.WriteAsync, time);
        await stream.RunAsync(context.CancellationToken);
    }

    private ServedSource SourceOf(SampleRequest request, ulong id, HostNamespace served, SocketDiagnostics diagnostics, Access reach)
    {
        SampleSource source = request.Filter is null
            ? new ConnectionSource(diagnostics, request.Token, id, () => ConnectionRefusals.NotFound(served, request.Token, namespaces, reach), time)
            : new FilterSource(
                diagnostics,
                SocketFilterParsing.Build(request.Filter, served)!,
                ofConnections: request.FilterProtocol == SocketProtocol.Mptcp);
        return new ServedSource(source, () => RequireServed(served));
    }

    /// <summary>Finds the id of a connection of which a caller may know, so that another one that gets its token is not shown.</summary>
    private async Task<ulong> FindAsync(HostNamespace served, SampleRequest request, Access reach, CancellationToken cancellation)
    {
        if (reach.IsWhole)
            return request.ConnectionId;
        var known = await loop.AskAsync(served, (table, now) => table.FindOrAdopt(request.Token, now), cancellation);
        return known is not null && reach.Reaches(known) && (request.ConnectionId == 0 || request.ConnectionId == known.Id)
            ? known.Id
            : throw ConnectionRefusals.NotFound(served, request.Token, namespaces, reach);
    }

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
