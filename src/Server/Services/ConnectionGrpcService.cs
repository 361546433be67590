using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Permissions;
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
        var reach = CallAccess.Of(context).Reach;
        var only = request.Namespace.Length == 0 ? null : namespaces.Require(request.Namespace, reach).Name;
        var snapshot = await loop.SnapshotAsync(only is null ? null : new HashSet<string> { only }, context.CancellationToken);
        if (only is not null)
            namespaces.Require(only, reach); // An empty list of one that has vanished meanwhile would be no list of it.
        return ConnectionPage.Make(reach.Reduce(snapshot), options, only, identity.Epoch, options.Statistics ? AddStatistics : null);
    }

    public override async Task<GetConnectionResponse> GetConnection(GetConnectionRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var statistics = ListRequestMapping.ReadView(request.View, violations);
        violations.ThrowIfAny();
        var reach = CallAccess.Of(context).Reach;
        var served = namespaces.Require(request.Namespace, reach);
        var found = await RequireConnectionAsync(served, request.Token, request.ConnectionId, context);
        found ??= await loop.AskAsync(served, (table, now) => table.FindOrAdopt(request.Token, now), context.CancellationToken)
            ?? throw ConnectionRefusals.NotFound(served, request.Token, namespaces, reach);
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
            var access = CallAccess.Of(context);
            var writer = new Writer(access.Caller.Author)
            {
                Overrides = overrides,
                MayOverride = access.MayEverywhere(Permission.OverrideHolder),
                Overriding = holder => AuditNotes.Of(context).Overridden = holder,
            };
            return await scopes.BeginAsync(served, token, writer, context.CancellationToken);
        }
        catch (SessionRefusedException refused)
        {
            throw SessionRefusals.Describe(refused);
        }
    }

    /// <summary>Refuses a command for a connection of which the caller may not know, or that was meant for an earlier one of the same token.</summary>
    /// <returns>The connection, where it had to be looked at; else null.</returns>
    private async Task<State.Connection?> RequireConnectionAsync(HostNamespace served, uint token, ulong id, ServerCallContext context)
    {
        var reach = CallAccess.Of(context).Reach;
        State.Connection? found = null;
        if (!reach.IsWhole)
        {
            found = await loop.AskAsync(served, (table, now) => table.FindOrAdopt(token, now), context.CancellationToken);
            if (found is null || !reach.Reaches(found))
                throw ConnectionRefusals.NotFound(served, token, namespaces, reach);
        }

        if (id != 0)
        {
            if (!served.CanFindConnections)
                throw CannotFindConnections();
            RequireId(served.FindConnection(token) ?? throw ConnectionRefusals.NotFound(served, token, namespaces, reach), token, id);
        }

        return found;
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

    /// <summary>Sends the kernel a command that ends something, which no policy then makes again.</summary>
    private async Task CommandByHandAsync(HostNamespace served, uint token, Access reach, HandNote[] notes, Action command)
    {
        // Its end may be heard of before the command is answered.
        await loop.NoteByHandAsync(served, token, notes);
        try
        {
            Command(served, token, reach, command);
        }
        catch
        {
            await loop.NoteByHandAsync(served, token, [.. notes.Select(note => note with { Kind = HandNoteKind.Forgotten })]);
            throw;
        }
    }

    /// <summary>Sends the kernel a command for a connection, and explains a refusal.</summary>
    private void Command(HostNamespace served, uint token, Access reach, Action command)
    {
        try
        {
            command();
        }
        catch (KernelRefusedException refusal)
        {
            throw ConnectionRefusals.Explain(served, token, refusal, namespaces, reach);
        }
    }
}
