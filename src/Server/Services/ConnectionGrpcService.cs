using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Services.Calls;
using Mptcp.ControlPlane.Server.Services.Connections;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Writing;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Netlink;
using Connection = Mptcp.Control.V1.Connection;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Lists connections and decides their paths.</summary>
internal sealed partial class ConnectionGrpcService(
    HostNamespaces namespaces, KernelLoop loop, SubflowRequests requests, JoinListeners listeners, DaemonIdentity identity, ScopeGuard scopes,
    TuningWorker tuning, TimeProvider time)
    : ConnectionService.ConnectionServiceBase
{
    public override async Task<ListConnectionsResponse> ListConnections(ListConnectionsRequest request, ServerCallContext context)
    {
        var options = ListRequestMapping.Read(request, identity.Epoch);
        var only = request.Namespace.Length == 0 ? null : namespaces.Require(request.Namespace).Name;
        var snapshot = await loop.SnapshotAsync(only is null ? null : new HashSet<string> { only }, context.CancellationToken);
        if (only is not null)
            namespaces.Require(only); // An empty list of one that has vanished meanwhile would be no list of it.
        return ConnectionPage.Make(snapshot, options, only, identity.Epoch, options.Statistics ? AddStatistics : null);
    }

    public override async Task<GetConnectionResponse> GetConnection(GetConnectionRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var statistics = ListRequestMapping.ReadView(request.View, violations);
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace);
        RequireConnection(served, request.Token, request.ConnectionId);
        var found = await loop.AskAsync(served, (table, now) => table.FindOrAdopt(request.Token, now), context.CancellationToken)
            ?? throw NotFound(served, request.Token);
        var message = ConnectionMapping.ToProto(found);
        if (statistics)
            ConnectionStatistics.AddTo(message, found, served);
        return new GetConnectionResponse { Connection = message };
    }

    private void AddStatistics(Connection message, State.Connection connection)
    {
        // Of a namespace that is gone nothing more is to be learned.
        if (namespaces.Find(connection.Namespace) is { } served)
            ConnectionStatistics.AddTo(message, connection, served);
    }

    /// <summary>Begins a write, which no controller is to object to. What it returns ends it.</summary>
    private async Task<IDisposable> BeginWriteAsync(HostNamespace served, uint token, bool overrides, ServerCallContext context)
    {
        try
        {
            return await scopes.BeginAsync(served, token, overrides, Callers.Of(context), context.CancellationToken);
        }
        catch (SessionRefusedException refused)
        {
            throw SessionRefusals.Describe(refused);
        }
    }

    /// <summary>Refuses a command that was meant for an earlier connection of the same token.</summary>
    private void RequireConnection(HostNamespace served, uint token, ulong id)
    {
        if (id == 0)
            return;
        if (!served.CanFindConnections)
            throw CannotFindConnections();

        RequireId(served.FindConnection(token) ?? throw NotFound(served, token), token, id);
    }

    private static void RequireId(MptcpSocket socket, uint token, ulong id)
    {
        if (id != 0 && socket.ConnectionId(token) != id)
        {
            throw new ControlPlaneException(
                StatusCode.FailedPrecondition,
                ErrorReason.ConnectionIdMismatch,
                $"the token 0x{token:x8} now belongs to the connection {socket.ConnectionId(token)}, and the request is for {id}; nothing was changed");
        }
    }

    private ControlPlaneException NotFound(HostNamespace served, uint token)
        => new(StatusCode.NotFound, ErrorReason.ConnectionNotFound, ConnectionRefusals.NotFound(served, token, namespaces));

    /// <summary>Sends the kernel a command that ends something, which no policy then makes again.</summary>
    private async Task CommandByHandAsync(HostNamespace served, uint token, HandNote[] notes, Action command)
    {
        // Its end may be heard of before the command is answered.
        await loop.NoteByHandAsync(served, token, notes);
        try
        {
            Command(served, token, command);
        }
        catch
        {
            await loop.NoteByHandAsync(served, token, [.. notes.Select(note => note with { Kind = HandNoteKind.Forgotten })]);
            throw;
        }
    }

    /// <summary>Sends the kernel a command for a connection, and explains a refusal.</summary>
    private void Command(HostNamespace served, uint token, Action command)
    {
        try
        {
            command();
        }
        catch (KernelRefusedException refusal)
        {
            throw ConnectionRefusals.Explain(served, token, refusal, namespaces);
        }
    }
}
