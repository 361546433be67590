using System.Net;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Server.Services;

/// <content>Creating, changing and ending subflows.</content>
internal sealed partial class ConnectionGrpcService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    public override async Task<CreateSubflowResponse> CreateSubflow(CreateSubflowRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var local = AddressParsing.ParseEndPoint(request.Local, "local", PortRule.Optional, violations);
        var remote = AddressParsing.ParseEndPoint(request.Remote, "remote", PortRule.Required, violations);
        AddressParsing.RequireSameFamily(local, remote, "remote", violations);
        var localId = AddressParsing.ParseId(request.LocalId, 0, "local_id", violations);
        var wait = DurationParsing.Read(request.Wait, "wait", violations);
        if (wait > LongestWait)
            violations.Add("wait", $"must be at most {LongestWait.TotalMinutes:0} minutes");
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace, CallAccess.Of(context).Reach);
        await RequireConnectionAsync(served, request.Token, request.ConnectionId, context);
        using var write = await BeginWriteAsync(served, request.Token, request.OverrideHolder, context);
        var endpoint = new Endpoint(local!.Address)
        {
            Id = localId!.Value,
            Port = (ushort)local.Port,
            Flags = request.Backup ? EndpointFlags.Backup : EndpointFlags.None,
            InterfaceIndex = InterfaceIndex.Find(served, request.Interface),
        };

        var number = requests.Begin(out var outcome);
        try
        {
            var subflow = Create(served, new SubflowRequest(request.Token, endpoint, remote!), number, CallAccess.Of(context).Reach);
            AuditNotes.Of(context).After = ConnectionMapping.ToProto(subflow);
            await loop.NoteByHandAsync(served, request.Token, new HandNote(HandNoteKind.Made, local, remote));
            // What is waited for is the peer's.
            write.Dispose();
            return await WaitAsync(subflow, outcome, wait, context.CancellationToken);
        }
        finally
        {
            requests.Forget(number);
        }
    }

    public override async Task<DestroySubflowResponse> DestroySubflow(DestroySubflowRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var addresses = ReadAddresses(request.Local, request.Remote, "", violations);
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace, CallAccess.Of(context).Reach);
        await RequireConnectionAsync(served, request.Token, request.ConnectionId, context);
        using var write = await BeginWriteAsync(served, request.Token, request.OverrideHolder, context);

        await NoteBeforeAsync(served, request.Token, addresses!, context);
        loop.NoteFigures(served, new State.SubflowEnds(addresses!.Local, addresses.Remote, InterfaceIndex: 0));
        await CommandByHandAsync(
            served, request.Token, CallAccess.Of(context).Reach, [new HandNote(HandNoteKind.Ended, addresses!.Local, addresses.Remote)],
            () => served.PathManager.DestroySubflow(request.Token, addresses));
        loop.Post(served, (table, now) => table.MarkClosing(request.Token, addresses, now));
        // Its local address may have been an announced one, which the kernel forgets with it.
        loop.Examine(served, request.Token);
        return new DestroySubflowResponse();
    }

    public override async Task<UpdateSubflowResponse> UpdateSubflow(UpdateSubflowRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        if (request.UpdateMask is null || request.UpdateMask.Paths.Count == 0)
            violations.Add("update_mask", "must name what to change: backup");
        foreach (var path in request.UpdateMask?.Paths.Where(path => path != "backup") ?? [])
            violations.Add("update_mask", $"must name nothing but backup, and names \"{path}\"");
        var addresses = ReadAddresses(request.Subflow?.Local, request.Subflow?.Remote, "subflow.", violations);
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace, CallAccess.Of(context).Reach);
        await RequireConnectionAsync(served, request.Token, request.ConnectionId, context);
        using var write = await BeginWriteAsync(served, request.Token, request.OverrideHolder, context);

        await NoteBeforeAsync(served, request.Token, addresses!, context);
        var backup = request.Subflow!.Backup;
        Command(served, request.Token, CallAccess.Of(context).Reach, () => served.PathManager.SetSubflowBackup(request.Token, addresses!, backup));
        // Before the change is told, which a policy would undo.
        await loop.NoteByHandAsync(served, request.Token, new HandNote(HandNoteKind.Set, addresses!.Local, addresses.Remote));
        var changed = await loop.AskAsync(
            served, (table, now) => table.SetBackup(request.Token, addresses!, backup, now), CancellationToken.None);
        changed ??= new State.Subflow(addresses!.Local, addresses.Remote, State.SubflowState.Established) { LocalBackup = backup };
        var message = ConnectionMapping.ToProto(changed);
        AuditNotes.Of(context).After = message;
        return new UpdateSubflowResponse { Subflow = message };
    }

    /// <summary>Notes for the trail how a subflow is before it is changed, as far as that is known without asking the kernel.</summary>
    private async Task NoteBeforeAsync(HostNamespace served, uint token, SubflowAddresses addresses, ServerCallContext context)
    {
        var known = await loop.AskAsync(served, (table, _) => table.Find(token), context.CancellationToken);
        if (known?.Subflows.FirstOrDefault(one => one.Local.Equals(addresses.Local) && one.Remote.Equals(addresses.Remote)) is { } subflow)
            AuditNotes.Of(context).Before = ConnectionMapping.ToProto(subflow);
    }

    /// <summary>Sends the command, with the state knowing of it before the kernel does.</summary>
    private State.Subflow Create(HostNamespace served, SubflowRequest order, long number, Access reach)
    {
        // Choosing an id and having the kernel take it belong together: two callers must not choose the same.
        lock (served.AddressIds)
        {
            if (order.Local.Id == 0)
                order = order with { Local = order.Local with { Id = ChooseId(served, order, reach) } };
            var subflow = new State.Subflow(
                new IPEndPoint(order.Local.Address, order.Local.Port), order.Remote, State.SubflowState.Requested)
            {
                LocalId = order.Local.Id,
                LocalBackup = order.Local.Flags == EndpointFlags.Backup,
                InterfaceIndex = order.Local.InterfaceIndex,
                Maker = State.SubflowMaker.Caller,
                Request = number,
            };
            loop.Post(served, (table, now) => table.RequestSubflow(order.Token, subflow, now));
            try
            {
                Command(served, order.Token, reach, () => served.PathManager.CreateSubflow(order));
            }
            catch
            {
                loop.Post(served, (table, _) => table.RefuseSubflow(order.Token, number));
                throw;
            }

            loop.Post(served, (table, now) => table.AcceptSubflow(order.Token, number, now));
            return subflow with { State = State.SubflowState.Connecting };
        }
    }

    /// <summary>The id that the connection uses for an address already, else the one that the address has elsewhere, else a free one.</summary>
    private byte ChooseId(HostNamespace served, SubflowRequest order, Access reach)
    {
        IReadOnlyList<Endpoint> used = [];
        Command(served, order.Token, reach, () => used = served.PathManager.ListLocalAddresses(order.Token));
        var place = new IPEndPoint(order.Local.Address, order.Local.Port);
        return served.Ids.Choose(place, [.. used.Select(known => (known.Id, new IPEndPoint(known.Address, known.Port)))]) is var id and not 0
            ? id
            : throw new ControlPlaneException(
                StatusCode.ResourceExhausted, ErrorReason.AddressIdConflict, "the connection uses all 255 address ids; withdraw an address first");
    }

    private async Task<CreateSubflowResponse> WaitAsync(
        State.Subflow subflow, Task<State.Subflow> outcome, TimeSpan wait, CancellationToken cancellation)
    {
        var expired = false;
        if (wait > TimeSpan.Zero)
        {
            try
            {
                subflow = await outcome.WaitAsync(wait, time, cancellation);
            }
            catch (TimeoutException)
            {
                expired = true;
            }
        }

        return new CreateSubflowResponse { Subflow = ConnectionMapping.ToProto(subflow), WaitExpired = expired };
    }

    private static SubflowAddresses? ReadAddresses(
        SocketAddress? local, SocketAddress? remote, string prefix, RequestViolations violations)
    {
        var from = AddressParsing.ParseEndPoint(local, $"{prefix}local", PortRule.Required, violations);
        var to = AddressParsing.ParseEndPoint(remote, $"{prefix}remote", PortRule.Required, violations);
        AddressParsing.RequireSameFamily(from, to, $"{prefix}remote", violations);
        return from is not null && to is not null ? new SubflowAddresses(from, to) : null;
    }
}
