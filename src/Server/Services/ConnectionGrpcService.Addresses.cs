using System.Net;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.Interop;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Services;

/// <content>Announcing and withdrawing addresses.</content>
internal sealed partial class ConnectionGrpcService
{
    public override async Task<AnnounceAddressResponse> AnnounceAddress(AnnounceAddressRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var address = AddressParsing.ParseEndPoint(request.Address, "address", PortRule.Optional, violations);
        var id = AddressParsing.ParseId(request.AddressId, 1, "address_id", violations);
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace, CallAccess.Of(context).Reach);
        await RequireConnectionAsync(served, request.Token, request.ConnectionId, context);
        using var write = await BeginWriteAsync(served, request.Token, request.OverrideHolder, context);
        var endpoint = new Endpoint(address!.Address)
        {
            Id = id!.Value,
            Port = (ushort)address.Port,
            InterfaceIndex = InterfaceIndex.Find(served, request.Interface),
        };

        IPEndPoint? opened = null;
        var listening = request.Listen && Listen(served, request.Token, id.Value, address, out opened);
        try
        {
            lock (served.AddressIds)
                Command(served, request.Token, CallAccess.Of(context).Reach, () => served.PathManager.Announce(request.Token, endpoint));
        }
        catch
        {
            if (opened is not null)
                listeners.Release(served, request.Token, id.Value, opened);
            throw;
        }

        await loop.NoteByHandAsync(served, request.Token, new HandNote(HandNoteKind.Announced, address));
        var announced = new State.AnnouncedAddress(id.Value, address);
        await loop.AskAsync(served, (table, now) =>
        {
            table.AddLocalAddress(request.Token, announced, now);
            // Its end may have been told before the listener was there to be closed by it.
            if (table.Find(request.Token) is null)
                listeners.Release(served, request.Token, id.Value);
            return true;
        }, CancellationToken.None);
        var response = new AnnounceAddressResponse { Address = ConnectionMapping.ToProto(announced), Listening = listening };
        AuditNotes.Of(context).After = response;
        return response;
    }

    public override async Task<WithdrawAddressResponse> WithdrawAddress(WithdrawAddressRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        var id = AddressParsing.ParseId(request.AddressId, 0, "address_id", violations);
        violations.ThrowIfAny();
        var served = namespaces.Require(request.Namespace, CallAccess.Of(context).Reach);
        await RequireConnectionAsync(served, request.Token, request.ConnectionId, context);
        using var write = await BeginWriteAsync(served, request.Token, request.OverrideHolder, context);

        var known = await loop.AskAsync(served, (table, _) => table.Find(request.Token), context.CancellationToken);
        if (known?.LocalAddresses.FirstOrDefault(address => address.Id == id) is { } withdrawn)
            AuditNotes.Of(context).Before = ConnectionMapping.ToProto(withdrawn);
        foreach (var subflow in known?.Subflows.Where(subflow => subflow.LocalId == id) ?? [])
            loop.NoteFigures(served, subflow.Ends);
        await CommandByHandAsync(
            served, request.Token, CallAccess.Of(context).Reach, known is null ? [] : [.. WithdrawnWith(known, id!.Value)],
            () => served.PathManager.Withdraw(request.Token, id!.Value));
        await loop.AskAsync(served, (table, now) =>
        {
            table.RemoveLocalAddress(request.Token, id!.Value, now);
            listeners.Release(served, request.Token, id.Value);
            return true;
        }, CancellationToken.None);
        return new WithdrawAddressResponse();
    }

    // With an address its subflows end.
    private static IEnumerable<HandNote> WithdrawnWith(State.Connection known, byte id)
        => known.LocalAddresses.Where(announced => announced.Id == id && announced.Address is not null)
            .Select(announced => new HandNote(HandNoteKind.Withdrawn, announced.Address!))
            .Concat(known.Subflows.Where(subflow => subflow.LocalId == id)
                .Select(subflow => new HandNote(HandNoteKind.Ended, subflow.Local, subflow.Remote)));

    private bool Listen(HostNamespace served, uint token, byte id, IPEndPoint address, out IPEndPoint? opened)
    {
        var port = address.Port != 0
            ? address.Port
            : (served.FindConnection(token) ?? throw ConnectionRefusals.Gone(served.Name, token)).Local.Port;
        var place = new IPEndPoint(address.Address, port);
        try
        {
            var listening = listeners.Hold(served, token, id, place, out var isNew);
            opened = isNew ? place : null;
            return listening;
        }
        catch (SystemCallException failure)
        {
            throw KernelErrors.Describe(
                failure, StatusCode.FailedPrecondition, ErrorReason.ListenerRefused, $"{failure.Message}; nothing was announced");
        }
    }
}
