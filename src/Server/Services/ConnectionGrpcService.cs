using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Lists connections and decides their paths.</summary>
internal sealed partial class ConnectionGrpcService(
    HostNamespaces namespaces, KernelLoop loop, SubflowRequests requests, JoinListeners listeners, TimeProvider time)
    : ConnectionService.ConnectionServiceBase
{
    private const int DefaultPageSize = 100;
    private const int LargestPageSize = 1000;

    public override async Task<ListConnectionsResponse> ListConnections(ListConnectionsRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        if (request.PageSize is < 0 or > LargestPageSize)
            violations.Add("page_size", $"must be 0 to {LargestPageSize}, and is {request.PageSize}");
        var after = ConnectionPageToken.Read(request.PageToken, violations);
        violations.ThrowIfAny();
        var only = request.Namespace.Length == 0 ? null : namespaces.Require(request.Namespace).Name;

        var snapshot = await loop.SnapshotAsync(context.CancellationToken);
        var size = request.PageSize == 0 ? DefaultPageSize : request.PageSize;
        var page = snapshot.Connections
            .Where(connection => (only is null || connection.Namespace == only) && (after is null || after.IsBefore(connection)))
            .Take(size + 1)
            .ToList();
        return new ListConnectionsResponse
        {
            Connections = { page.Take(size).Select(ConnectionMapping.ToProto) },
            NextPageToken = page.Count > size ? ConnectionPageToken.After(page[size - 1]).ToString() : "",
        };
    }

    public override async Task<GetConnectionResponse> GetConnection(GetConnectionRequest request, ServerCallContext context)
    {
        var served = namespaces.Require(request.Namespace);
        RequireConnection(served, request.Token, request.ConnectionId);
        var found = await loop.AskAsync(served, (table, now) => table.FindOrAdopt(request.Token, now), context.CancellationToken)
            ?? throw NotFound(served, request.Token);
        return new GetConnectionResponse { Connection = ConnectionMapping.ToProto(found) };
    }

    /// <summary>Refuses a command that was meant for an earlier connection of the same token.</summary>
    private static void RequireConnection(HostNamespace served, uint token, ulong id)
    {
        if (id == 0)
            return;
        if (!served.CanFindConnections)
        {
            throw new ControlPlaneException(
                StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing,
                "this kernel cannot show MPTCP sockets (INET_MPTCP_DIAG), so connections have no ids; nothing was changed");
        }

        var socket = served.FindConnection(token) ?? throw NotFound(served, token);
        if (socket.Cookie != id)
        {
            throw new ControlPlaneException(
                StatusCode.FailedPrecondition,
                ErrorReason.ConnectionIdMismatch,
                $"the token 0x{token:x8} now belongs to the connection {socket.Cookie}, and the request is for {id}; nothing was changed");
        }
    }

    private static ControlPlaneException NotFound(HostNamespace served, uint token)
        => new(StatusCode.NotFound, ErrorReason.ConnectionNotFound, ConnectionRefusals.NotFound(served, token));

    /// <summary>Sends the kernel a command for a connection, and explains a refusal.</summary>
    private static void Command(HostNamespace served, uint token, Action command)
    {
        try
        {
            command();
        }
        catch (KernelRefusedException refusal)
        {
            throw ConnectionRefusals.Explain(served, token, refusal);
        }
    }
}
