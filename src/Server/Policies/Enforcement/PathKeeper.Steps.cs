using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>Doing what a plan says.</content>
internal sealed partial class PathKeeper
{
    /// <summary>Takes the steps of a plan.</summary>
    /// <returns>False when the connection is to be compared once more.</returns>
    private bool Take(IReadOnlyList<PathStep> steps, Connection connection, KeptConnection kept, PathPolicy policy)
    {
        var done = true;
        foreach (var step in steps)
        {
            // An earlier step may have brought to light that it is gone.
            if (_connections.Find(connection.Token) is not { } current)
                return true;
            var record = RecordOf(step, kept.Memory);
            try
            {
                done &= Take(step, current, kept, policy, record);
            }
            catch (KernelRefusedException refusal) when (FailureWords.SaysKernelDecides(refusal))
            {
                kept.Memory.KernelDecides = true;
                return false;
            }
            catch (KernelRefusedException refusal) when (step.Kind == PathStepKind.Create && FailureWords.SaysOneFamily(refusal))
            {
                kept.Memory.IsIPv4Only = true;
                return false;
            }
            catch (Exception failure) when (failure is SystemCallException || KernelSockets.IsKernelFailure(failure))
            {
                done &= !Fail(step, record, connection, kept, policy, failure);
            }
        }

        return done;
    }

    /// <summary>Remembers that a step failed.</summary>
    /// <returns>Whether there may be something else to do instead.</returns>
    private bool Fail(PathStep step, PathRecord record, Connection connection, KeptConnection kept, PathPolicy policy, Exception failure)
    {
        // The connection, or the subflow, may be gone.
        _commands.Examine(connection.Token);
        if (step.Kind is PathStepKind.Create or PathStepKind.Announce or PathStepKind.Listen)
        {
            var errno = (failure as KernelRefusedException)?.Errno ?? (failure as SystemCallException)?.Errno;
            Fail(record, policy, FailureWords.Of(failure), errno, FromOf(step));
            return true;
        }

        BeDue(connection.Token, kept, Now + policy.Retry.Initial);
        return false;
    }

    private bool Take(PathStep step, Connection connection, KeptConnection kept, PathPolicy policy, PathRecord record)
    {
        switch (step.Kind)
        {
            case PathStepKind.Create: return Create(step, connection, kept, policy, record);
            case PathStepKind.Announce: return Announce(step, connection, kept, policy, record);
            case PathStepKind.Listen:
                _commands.Listen(connection.Token, step.Id, step.ListenAt!);
                record.Listens = true;
                break;
            case PathStepKind.Withdraw:
                Withdraw(step, connection, kept);
                return false; // The subflows that ran from it are looked at once more.
            case PathStepKind.Destroy: Destroy(step.Subflow!, connection, record); break;
            case PathStepKind.MakeBackup or PathStepKind.MakeRegular:
                _commands.SetBackup(connection.Token, step.Subflow!, step.Backup);
                _connections.SetBackup(connection.Token, AddressesOf(step.Subflow!), step.Backup, _time.GetUtcNow());
                record.MadeBackup = step.Backup;
                break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "a step of no kind");
        }

        return true;
    }

    private bool Create(PathStep step, Connection connection, KeptConnection kept, PathPolicy policy, PathRecord record)
    {
        var prepared = Prepare(step, policy);
        return WithId(prepared.Local, connection, kept, policy, record, id =>
        {
            var subflow = prepared with { LocalId = id };
            // The state knows of it before the kernel does, so that its events find it whenever they come.
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
            record.MadeBackup = step.Backup;
        });
    }

    private Subflow Prepare(PathStep step, PathPolicy policy) => new(new IPEndPoint(step.Key.Local, 0), step.Key.Remote, SubflowState.Requested)
    {
        LocalBackup = step.Backup,
        InterfaceIndex = policy.BindInterface ? step.From!.InterfaceIndex : 0,
        Maker = SubflowMaker.Policy,
        Request = _requests.Begin(),
    };

    private static SubflowRequest RequestOf(uint token, Subflow subflow) => new(
        token,
        new Endpoint(subflow.Local.Address)
        {
            Id = subflow.LocalId,
            Port = (ushort)subflow.Local.Port,
            Flags = subflow.LocalBackup ? EndpointFlags.Backup : EndpointFlags.None,
            InterfaceIndex = subflow.InterfaceIndex,
        },
        subflow.Remote);

    private bool Announce(PathStep step, Connection connection, KeptConnection kept, PathPolicy policy, PathRecord record)
        => WithId(step.Address!, connection, kept, policy, record, id =>
        {
            var isNew = step.ListenAt is { } place && _commands.Listen(connection.Token, id, place);
            try
            {
                _commands.Announce(connection.Token, new Endpoint(step.Address!.Address) { Id = id, Port = (ushort)step.Address.Port });
            }
            catch
            {
                if (isNew)
                    _commands.StopListening(connection.Token, id, step.ListenAt);
                throw;
            }

            record.Listens = step.ListenAt is not null;
            _connections.AddLocalAddress(connection.Token, new AnnouncedAddress(id, step.Address), _time.GetUtcNow());
        });

    /// <summary>Has the kernel use an address under an id of its own in the connection.</summary>
    private bool WithId(
        IPEndPoint place, Connection connection, KeptConnection kept, PathPolicy policy, PathRecord record, Action<byte> command)
    {
        var from = _host.Find(place.Address);
        switch (_ids.TryUse(place, connection, command))
        {
            case PathIdOutcome.Used:
                return true;
            case PathIdOutcome.Busy:
                BeDue(connection.Token, kept, Now + IdsAreChosen);
                return true;
            case PathIdOutcome.Taken:
                // Something that no event tells of has the id: the kernel knows.
                if (_ids.TryUse(place, connection, command, _commands.ListLocalAddresses(connection.Token)) == PathIdOutcome.Used)
                    return true;
                goto default;
            default:
                Fail(record, policy, "the connection uses all 255 address ids", null, from);
                return false;
        }
    }

    private void Destroy(Subflow subflow, Connection connection, PathRecord record)
    {
        _commands.Destroy(connection.Token, subflow);
        (record.IsEnding, record.RegularOn) = (true, _host.Has(subflow.Local.Address) ? null : record.RegularOn);
        _connections.MarkClosing(connection.Token, AddressesOf(subflow), _time.GetUtcNow());
        // Its local address may have been an announced one, which the kernel forgets with it.
        _commands.Examine(connection.Token);
    }

    private void Withdraw(PathStep step, Connection connection, KeptConnection kept)
    {
        var running = connection.Subflows.Where(subflow => subflow.LocalId == step.Id).ToList();
        try
        {
            _commands.Withdraw(connection.Token, step.Id, running);
            // The peer ends them.
            foreach (var subflow in running)
                kept.Memory.At(PathKey.Of(subflow)).IsEnding = true;
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.Invalid || refusal.Errno == Errno.NotFound)
        {
            // With a subflow that was ended the kernel forgets its address, also where it is announced or others run from it.
        }

        if (step.Address is { } address)
            kept.Memory.AtAnnouncement(address).Listens = false;
        _connections.RemoveLocalAddress(connection.Token, step.Id, _time.GetUtcNow());
        _commands.StopListening(connection.Token, step.Id);
    }

    private void Fail(PathRecord record, PathPolicy policy, string failure, Errno? errno, HostPath? from)
    {
        var generation = from?.Generation ?? 0;
        var failures = record.HasFailedSince(generation) ? record.Failures + 1 : 1;
        var retry = policy.Retry;
        var isFinal = (errno is { } known && retry.FinalErrors.Contains(known)) || (retry.Attempts > 0 && failures >= retry.Attempts);
        record.Fail(failure, failures, isFinal ? null : Now + retry.DelayAfter(failures, _random), Math.Max(generation, record.Generation));
    }

    private static PathRecord RecordOf(PathStep step, PathMemory memory) => step switch
    {
        { Kind: PathStepKind.Create } => memory.At(step.Key),
        { Subflow: { } subflow } => memory.At(PathKey.Of(subflow)),
        { Address: { } address } => memory.AtAnnouncement(address),
        // An id alone: of subflows whose address is gone.
        _ => memory.AtAnnouncement(new IPEndPoint(IPAddress.None, step.Id)),
    };

    private HostPath? FromOf(PathStep step)
        => step.From ?? (step.Address is { } address ? _host.Find(address.Address) : null);

    private static SubflowAddresses AddressesOf(Subflow subflow) => new(subflow.Local, subflow.Remote);
}
