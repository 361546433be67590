using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Connections;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Services;

/// <content>Ending connections, as far as that can be done.</content>
internal sealed partial class ConnectionGrpcService
{
    // The kernel tells of ends within milliseconds.
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(1);

    public override async Task<CloseConnectionResponse> CloseConnection(CloseConnectionRequest request, ServerCallContext context)
    {
        var reach = CallAccess.Of(context).Reach;
        var served = namespaces.Require(request.Namespace, reach);
        var token = request.Token;
        if (!served.CanFindConnections)
            throw CannotFindConnections();
        await RequireConnectionAsync(served, token, request.ConnectionId, context);
        var socket = served.FindConnection(token) ?? throw ConnectionRefusals.NotFound(served, token, namespaces, reach);
        RequireId(socket, token, request.ConnectionId);
        using var write = await BeginWriteAsync(served, token, request.OverrideHolder, context);
        var known = await loop.AskAsync(served, (table, now) => table.FindOrAdopt(token, now), context.CancellationToken);

        if (known is not null)
            AuditNotes.Of(context).Before = ConnectionMapping.ToProto(known);
        var own = loop.Namespaces.FirstOrDefault(own => own.Served == served) ?? throw new ObjectDisposedException(served.Name);
        var closer = new ConnectionCloser(served, token, own.Samples, time);
        List<State.Subflow> destroyed = [];
        Command(served, token, reach, () => destroyed = closer.DestroySubflows(known));
        foreach (var subflow in destroyed.Where(subflow => subflow.State == State.SubflowState.Closed))
            loop.Post(served, (table, now) => table.MarkClosing(token, new SubflowAddresses(subflow.Local, subflow.Remote), now));
        var outcome = CloseOutcome.Of(served, token, socket.ConnectionId(token), closer.HasSubflowsLeft);
        // Of the end of plain TCP the kernel tells nothing.
        if (outcome.State == State.ConnectionState.Fallback)
            loop.Post(() => own.Examine([new Suspect(token, [])]));
        // Nothing more is written: a new primary need not wait for what follows.
        write.Dispose();
        var response = new CloseConnectionResponse
        {
            Destroyed = { destroyed.Select(ConnectionMapping.ToProto) },
            State = ConnectionMapping.ToProto(outcome.State),
            Explanation = outcome.Explanation,
        };
        AuditNotes.Of(context).After = response;
        await SettleAsync(served, token, destroyed, context.CancellationToken);
        return response;
    }

    /// <summary>Waits until the ends of subflows have been heard of, so that whoever asks next is told of them.</summary>
    private async Task SettleAsync(HostNamespace served, uint token, List<State.Subflow> ended, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(LongestSettling, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            while (true)
            {
                var last = loop.Log.Last;
                var known = await loop.AskAsync(served, (table, _) => table.Find(token), either.Token);
                if (known is null || !ConnectionCloser.HasAny(known, ended))
                    return;
                await loop.Log.WaitAsync(last, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // What was done is done, heard of or not.
        }
    }
}
