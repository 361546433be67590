using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.Sessions.Writing;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Interop;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>Doing what controllers say.</content>
internal sealed partial class PathKeeper
{
    // Callers hold an id's choice for as long as the kernel takes to answer them.
    private const int MostTriesForId = 2_000;

    // When to look whether there is room for a subflow again: nobody knows when others end.
    private static readonly TimeSpan SubflowsEnd = TimeSpan.FromSeconds(1);

    /// <summary>Does what a primary commands outside of any decision.</summary>
    public OrderOutcome Command(Seat seat, ControllerCommand command)
    {
        if (_connections.FindOrAdopt(command.Token, _time.GetUtcNow()) is not { } connection)
            return Refused(SessionRefusal.ConnectionNotFound, $"the namespace {_namespaceName} has no connection with the token 0x{command.Token:x8}");
        if (command.ConnectionId != 0 && command.ConnectionId != connection.Id)
        {
            return Refused(
                SessionRefusal.ConnectionIdMismatch,
                $"the token 0x{command.Token:x8} now belongs to the connection {connection.Id}, and the command is for {command.ConnectionId}; nothing was changed");
        }

        var kept = Known(connection);
        var holder = FindHolder(connection, kept);
        if (holder != seat)
        {
            return holder is null
                ? Refused(SessionRefusal.ScopeExceeded, $"the connection is not in the scope of the role {seat.Role.Name}")
                : new OrderOutcome(HeldScope.Refuse(holder.Controller.Identity));
        }

        var role = seat.Role;
        if (kept.Policy?.Delegation?.Role != role.Name || _revision.Enforcement != PolicyEnforcement.Enforce)
            return Execute(command.Order, command.Token, kept, role, SubflowMaker.Caller, command.ValidateOnly);
        var state = DelegatedTo(role.Name, kept);
        if (state.Seat != seat)
            BeginWith(seat, state, connection, kept);
        var outcome = Execute(command.Order, command.Token, kept, role, SubflowMaker.Controller, command.ValidateOnly);
        if (outcome.Failure is null && !command.ValidateOnly)
            NoteCommanded(state);
        Queue(command.Token, kept);
        return outcome;
    }

    // What it commands is what it wants from here on; what it is being asked it may still answer.
    private static void NoteCommanded(DelegatedConnection state)
    {
        if (state.Question is not null)
            return;
        if (state.Standing == DelegationStanding.Fallback)
            AddReason(state, new DecisionReason(DecisionCause.HandedOver)); // What the fallback made is there as well.
        else
            state.Standing = DelegationStanding.Controller;
    }

    private OrderOutcome Execute(PathOrder order, uint token, KeptConnection kept, Role role, SubflowMaker maker, bool validateOnly)
    {
        // An earlier one may have brought to light that it is gone.
        if (_connections.Find(token) is not { } connection)
            return Refused(SessionRefusal.ConnectionNotFound, "the connection is gone");
        try
        {
            Check(order, connection, role);
            return validateOnly ? OrderOutcome.Done : Execute(order, connection, kept, maker);
        }
        catch (Exception failure) when (failure is SessionRefusedException or TuningRefusedException or SystemCallException || KernelSockets.IsKernelFailure(failure))
        {
            if (failure is not (SessionRefusedException or TuningRefusedException))
                _commands.Examine(token);
            return new OrderOutcome(failure);
        }
    }

    private OrderOutcome Execute(PathOrder order, Connection connection, KeptConnection kept, SubflowMaker maker)
    {
        var now = _time.GetUtcNow();
        switch (order)
        {
            case PathOrder.Create create:
                return new OrderOutcome((Exception?)null) { Subflow = Create(create, connection, maker) };
            case PathOrder.Destroy { Addresses: var ends }:
                var found = connection.FindSubflow(ends.Local, ends.Remote);
                var ended = found ?? new Subflow(ends.Local, ends.Remote, SubflowState.Established);
                // Of what is not there nothing is remembered: the kernel most likely refuses it.
                Destroy(ended, connection, found is null ? kept.Memory.Find(PathKey.Of(ended)) ?? new PathRecord() : kept.Memory.At(PathKey.Of(ended)));
                NoteOrder(maker, connection, HandNoteKind.Ended, ended);
                return new OrderOutcome((Exception?)null) { Subflow = ended with { State = SubflowState.Closing } };
            case PathOrder.SetBackup { Addresses: var ends, Backup: var backup }:
                var changed = connection.FindSubflow(ends.Local, ends.Remote) ?? new Subflow(ends.Local, ends.Remote, SubflowState.Established);
                _commands.SetBackup(connection.Token, changed, backup);
                NoteOrder(maker, connection, HandNoteKind.Set, changed);
                kept.Memory.At(PathKey.Of(changed)).MadeBackup = backup;
                return new OrderOutcome((Exception?)null)
                {
                    Subflow = _connections.SetBackup(connection.Token, ends, backup, now) ?? changed with { LocalBackup = backup },
                };
            case PathOrder.Tune { Addresses: var ends, Settings: var settings }:
                return Tune(connection, ends, settings);
            case PathOrder.Announce announce:
                return new OrderOutcome((Exception?)null) { Address = Announce(announce, connection, kept, maker) };
            case PathOrder.Withdraw { Id: var id }:
                Withdraw(id, connection, kept, maker);
                return OrderOutcome.Done;
            default:
                throw new ArgumentOutOfRangeException(nameof(order), order, "an order of no kind");
        }
    }

    /// <exception cref="SessionRefusedException">The role's limits allow no more, or it was refused already.</exception>
    /// <exception cref="TuningRefusedException">No subflow can be tuned.</exception>
    private void Check(PathOrder order, Connection connection, Role role)
    {
        if (order is PathOrder.Refused { Reason: SessionRefusedException reason })
            throw reason;
        if (order is PathOrder.Refused { Reason: var other })
            throw new SessionRefusedException(SessionRefusal.Unreadable, other.Message, other);
        if (order is PathOrder.Tune)
            _commands.RequireTuning();
        if (order is not PathOrder.Create)
            return;
        var present = connection.Subflows.Count(known => !known.Initial && known.State is not (SubflowState.Closed or SubflowState.Failed));
        if (present >= role.Limits.SubflowsPerConnection)
            throw Beyond("subflows_per_connection", $"the connection has {present} subflows beside its initial one, and the role {role.Name} allows {role.Limits.SubflowsPerConnection}");
        if (_desk.SubflowsOf(role.Name) >= role.Limits.Subflows)
            throw Beyond("subflows", $"controllers of the role {role.Name} have made {role.Limits.Subflows} subflows that live, and it allows no more");
    }

    private static SessionRefusedException Beyond(string limit, string message)
        => new(SessionRefusal.LimitExceeded, message)
        {
            Facts = new Dictionary<string, string> { ["limit"] = limit },
            RetryDelay = SubflowsEnd,
        };

    private Subflow Create(PathOrder.Create order, Connection connection, SubflowMaker maker)
    {
        var subflow = new Subflow(order.Local, order.Remote, SubflowState.Requested)
        {
            LocalBackup = order.Backup,
            InterfaceIndex = order.InterfaceIndex,
            Maker = maker,
            Request = _requests.Begin(),
        };
        WithId(order.LocalId, order.Local, connection, id =>
        {
            subflow = subflow with { LocalId = id };
            _connections.RequestSubflow(connection.Token, subflow, _time.GetUtcNow());
            try
            {
                _commands.Create(RequestOf(connection.Token, subflow));
            }
            catch
            {
                _connections.RefuseSubflow(connection.Token, subflow.Request);
                throw;
            }

            _connections.AcceptSubflow(connection.Token, subflow.Request, _time.GetUtcNow());
        });
        NoteOrder(maker, connection, HandNoteKind.Made, subflow);
        return subflow with { State = SubflowState.Connecting };
    }

    private AnnouncedAddress Announce(PathOrder.Announce order, Connection connection, KeptConnection kept, SubflowMaker maker)
    {
        byte used = 0;
        var isNew = false;
        var place = order.Address.Port != 0 ? order.Address : new IPEndPoint(order.Address.Address, connection.Local?.Port ?? 0);
        WithId(order.Id, order.Address, connection, id =>
        {
            used = id;
            if (order.Listen)
                isNew = _commands.Listen(connection.Token, id, place);
            try
            {
                _commands.Announce(connection.Token, new Endpoint(order.Address.Address) { Id = id, Port = (ushort)order.Address.Port });
            }
            catch
            {
                if (isNew)
                    _commands.StopListening(connection.Token, id, place);
                throw;
            }
        });
        var announced = new AnnouncedAddress(used, order.Address);
        if (maker == SubflowMaker.Caller)
            NoteByHand(connection.Token, new HandNote(HandNoteKind.Announced, order.Address));
        else
            kept.Memory.AtAnnouncement(order.Address).Listens = order.Listen; // Whoever decides next may take it back.
        _connections.AddLocalAddress(connection.Token, announced, _time.GetUtcNow());
        return announced;
    }

    private void Withdraw(byte id, Connection connection, KeptConnection kept, SubflowMaker maker)
    {
        var running = connection.Subflows.Where(subflow => subflow.LocalId == id).ToList();
        _commands.Withdraw(connection.Token, id, running);
        foreach (var subflow in running)
        {
            kept.Memory.At(PathKey.Of(subflow)).IsEnding = true;
            NoteOrder(maker, connection, HandNoteKind.Ended, subflow);
        }

        if (connection.LocalAddresses.FirstOrDefault(known => known.Id == id)?.Address is { } address)
        {
            if (maker == SubflowMaker.Caller)
                NoteByHand(connection.Token, new HandNote(HandNoteKind.Withdrawn, address));
            else
                kept.Memory.ForgetAnnouncement(address);
        }

        _connections.RemoveLocalAddress(connection.Token, id, _time.GetUtcNow());
        _commands.StopListening(connection.Token, id);
    }

    /// <exception cref="SessionRefusedException">No id is free, or others choose theirs for too long.</exception>
    private void WithId(byte wanted, IPEndPoint place, Connection connection, Action<byte> command)
    {
        for (var tries = 0; tries < MostTriesForId; tries++)
        {
            var outcome = wanted != 0 ? _ids.TryUse(wanted, command) : _ids.TryUse(place, connection, command);
            if (outcome == PathIdOutcome.Taken)
                outcome = _ids.TryUse(place, connection, command, _commands.ListLocalAddresses(connection.Token));
            switch (outcome)
            {
                case PathIdOutcome.Used:
                    return;
                case PathIdOutcome.Busy:
                    Thread.Yield();
                    break;
                default:
                    throw new SessionRefusedException(SessionRefusal.IdsExhausted, "the connection uses all 255 address ids; withdraw an address first");
            }
        }

        throw new SessionRefusedException(SessionRefusal.Busy, "others are choosing address ids; try again") { RetryDelay = IdsAreChosen };
    }

    private void NoteOrder(SubflowMaker maker, Connection connection, HandNoteKind kind, Subflow subflow)
    {
        // What a controller does of what it was given to decide is no more by hand than what a policy does.
        if (maker == SubflowMaker.Caller)
            NoteByHand(connection.Token, new HandNote(kind, subflow.Local, subflow.Remote));
    }

    private static OrderOutcome Refused(SessionRefusal refusal, string message) => new(new SessionRefusedException(refusal, message));
}
