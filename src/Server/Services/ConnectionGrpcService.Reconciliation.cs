using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;

namespace Mptcp.ControlPlane.Server.Services;

/// <content>Comparing with the kernel on demand.</content>
internal sealed partial class ConnectionGrpcService
{
    public override async Task<ReconcileConnectionsResponse> ReconcileConnections(
        ReconcileConnectionsRequest request, ServerCallContext context)
    {
        var which = request.Namespace.Length == 0 ? namespaces.All : [namespaces.Require(request.Namespace)];
        var response = new ReconcileConnectionsResponse();
        foreach (var served in which)
        {
            if (!served.CanFindConnections)
                throw CannotFindConnections();
            var outcome = await loop.ReconcileAsync(served, context.CancellationToken);
            response.Connections += (uint)outcome.Connections;
            response.Subflows += (uint)outcome.Subflows;
            response.Differences += (uint)outcome.Differences;
            response.Sequence = outcome.Sequence;
        }

        AuditNotes.Of(context).After = response;
        return response;
    }

    private static ControlPlaneException CannotFindConnections() => new(
        StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing,
        "this kernel cannot show MPTCP sockets (INET_MPTCP_DIAG), so connections have no ids; nothing was changed");
}
