using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <content>What the kernel tells.</content>
internal sealed partial class ConnectionTable
{
    /// <summary>Takes an event of the kernel.</summary>
    public void Apply(PathManagerEvent told, DateTimeOffset now)
    {
        switch (told.Type)
        {
            case PathManagerEventType.SubflowEstablished or PathManagerEventType.SubflowClosed or PathManagerEventType.SubflowPriority
                when told.Local is null || told.Remote is null:
                goto default; // Nobody could say of which subflow.
            case PathManagerEventType.ConnectionCreated: Create(told, now); break;
            case PathManagerEventType.ConnectionEstablished: Establish(told, now); break;
            case PathManagerEventType.ConnectionClosed: Close(told, now); break;
            case PathManagerEventType.AddressAnnounced: AddRemoteAddress(told, now); break;
            case PathManagerEventType.AddressRemoved: RemoveRemoteAddress(told, now); break;
            case PathManagerEventType.SubflowEstablished: EstablishSubflow(told, now); break;
            case PathManagerEventType.SubflowClosed: CloseSubflow(told, now); break;
            case PathManagerEventType.SubflowPriority: ChangePriority(told, now); break;
            case PathManagerEventType.ListenerCreated: PublishListener(StateEventType.ListenerCreated, told, now); break;
            case PathManagerEventType.ListenerClosed: PublishListener(StateEventType.ListenerClosed, told, now); break;
            default:
                publish(new StateEvent(StateEventType.Unknown, namespaceName, now) { Token = told.Token ?? 0 });
                break;
        }
    }

    private void Create(PathManagerEvent told, DateTimeOffset now)
    {
        if (told.Token is not { } token)
            return;
        var connection = FromEvent(told, token, now);
        if (_connections.TryGetValue(token, out var known))
        {
            if (known.Id == connection.Id || known.Id == 0 || connection.Id == 0)
            {
                connection = Complete(known, connection); // A caller asked for it before its event was read.
            }
            else
            {
                Remove(known, now, Provenance.Reconciled(StateEventCause.TokenReused)); // Its end was lost.
                known = null;
            }
        }

        Store(connection);
        Publish(StateEventType.ConnectionCreated, now, connection, Provenance.Kernel, before: known);
    }

    private void Establish(PathManagerEvent told, DateTimeOffset now)
    {
        if (told.Token is not { } token)
            return;
        var known = Find(token);
        var connection = known is { Local: not null } && known.ServerSide == told.ServerSide ? known : Complete(known, FromEvent(told, token, now));
        Become(ConnectionState.Established, connection, now, Provenance.Kernel, before: known);
    }

    private void Close(PathManagerEvent told, DateTimeOffset now)
    {
        if (told.Token is not { } token)
            return;
        if (_connections.TryGetValue(token, out var connection))
            Remove(connection, now, Provenance.Kernel);
        else
            publish(new StateEvent(StateEventType.ConnectionClosed, namespaceName, now) { Token = token });
    }

    private void AddRemoteAddress(PathManagerEvent told, DateTimeOffset now)
    {
        var address = new AnnouncedAddress(told.RemoteId ?? 0, told.Remote);
        Change(StateEventType.AddressAnnounced, told, now, address, known => With(known, address));
    }

    private void RemoveRemoteAddress(PathManagerEvent told, DateTimeOffset now)
    {
        var id = told.RemoteId ?? 0;
        var removed = Find(told.Token ?? 0)?.RemoteAddresses.FirstOrDefault(address => address.Id == id);
        Change(StateEventType.AddressRemoved, told, now, removed ?? new AnnouncedAddress(id, null), known => Without(known, id));
    }

    private void Change(
        StateEventType type, PathManagerEvent told, DateTimeOffset now, AnnouncedAddress address,
        Func<ImmutableArray<AnnouncedAddress>, ImmutableArray<AnnouncedAddress>> change)
    {
        var connection = told.Token is { } token ? FindOrAdopt(token, now) : null;
        if (connection is not null)
            connection = Store(connection with { RemoteAddresses = change(connection.RemoteAddresses) });
        publish(new StateEvent(type, namespaceName, now) { Token = told.Token ?? 0, Connection = connection, Address = address });
    }

    private void EstablishSubflow(PathManagerEvent told, DateTimeOffset now)
    {
        var (connection, known) = Locate(told, now);
        var subflow = Merge(told, known) with { State = SubflowState.Established };
        if (sockets.Find(subflow.Ends) is { } seen)
            subflow = subflow with { Id = seen.Id, LocalBackup = seen.LocalBackup, Maker = MakerOf(subflow, seen) };
        if (connection is not null)
            connection = Store(connection, known, subflow);
        Publish(StateEventType.SubflowEstablished, now, connection, Provenance.Kernel, subflow, told.Token);
        if (connection is { State: ConnectionState.Orphaned })
            Become(ConnectionState.Established, connection, now, Provenance.Derived(StateEventCause.SubflowReturned));
    }

    private void CloseSubflow(PathManagerEvent told, DateTimeOffset now)
    {
        if (IsToldAlready(told))
            return;
        var (connection, known) = Locate(told, now);
        var ended = Merge(told, known) with { State = known is { Pending: true } ? SubflowState.Failed : SubflowState.Closed };
        if (connection is null || known is null)
        {
            Publish(StateEventType.SubflowClosed, now, connection, Provenance.Kernel, ended, told.Token);
            return;
        }

        // The kernel tells of an attempt that was given up here as of one that was reset.
        connection = known is { Pending: true, TimedOut: true }
            ? End(connection, known, ended with { Error = Errno.TimedOut }, StateEventType.SubflowFailed, now, Provenance.Derived(StateEventCause.Timeout))
            : End(connection, known, ended, StateEventType.SubflowClosed, now, Provenance.Kernel);
        if (IsLeftAlone(connection))
            _leftAlone.Add(connection.Token);
    }

    /// <summary>Whether a comparison told of this end before the kernel did.</summary>
    private bool IsToldAlready(PathManagerEvent told)
    {
        if (told is not { Token: { } token, Local: { } local, Remote: { } remote } || !_endedUnheard.Take(token, local, remote, told.LocalId))
            return false;
        // Another subflow may run between the same ends by now, and the event be of that one's end.
        return Find(token)?.FindSubflow(local, remote) is not { } other
            || sockets.Look(token, [other.Ends]).Connection?.Subflows.Any(seen => seen.Id == other.Id) == true;
    }

    /// <summary>
    /// Takes note of the connections that have no subflow left, once no event of the same connection follows. The kernel says nothing of
    /// it; but an application that closes a connection ends its subflows too, and the event of that comes right behind theirs.
    /// </summary>
    public void OrphanThoseLeftAlone(DateTimeOffset now)
    {
        if (_leftAlone.Count == 0)
            return;
        uint[] tokens = [.. _leftAlone];
        _leftAlone.Clear();
        foreach (var token in tokens)
        {
            if (Find(token) is { } connection && IsLeftAlone(connection)
                && sockets.Look(token, []).Connection is { } seen && (connection.Id == 0 || connection.Id == seen.Id))
            {
                Become(ConnectionState.Orphaned, connection, now, Provenance.Derived(StateEventCause.LastSubflowClosed));
            }
        }
    }

    private static bool IsLeftAlone(Connection connection)
        => connection.State is ConnectionState.Created or ConnectionState.Established && connection.Subflows.All(subflow => subflow.Pending);

    private void ChangePriority(PathManagerEvent told, DateTimeOffset now)
    {
        var (connection, known) = Locate(told, now);
        var subflow = Merge(told, known);
        if (connection is not null)
            connection = Store(connection, known, subflow);
        Publish(StateEventType.SubflowPriority, now, connection, Provenance.Kernel, subflow, told.Token);
    }

    private void PublishListener(StateEventType type, PathManagerEvent told, DateTimeOffset now)
        => publish(new StateEvent(type, namespaceName, now) { Listener = told.Local });

    private Connection FromEvent(PathManagerEvent told, uint token, DateTimeOffset now)
    {
        // The kernel tells of a client's connection before its socket shows where it runs.
        SubflowEnds[] ends = told.Local is null || told.Remote is null ? [] : [new(told.Local, told.Remote, told.InterfaceIndex ?? 0)];
        var seen = sockets.Look(token, ends, isTold: true).Connection;
        // An event that waited long may be of an earlier connection of this token.
        if (seen is not null && seen.HasPlace && told.Local is not null && told.Remote is not null
            && !(seen.Local.Equals(told.Local) && seen.Remote.Equals(told.Remote)))
        {
            seen = null;
        }

        var connection = new Connection(namespaceName, token, seen?.Id ?? 0)
        {
            State = ConnectionState.Created,
            ServerSide = told.ServerSide,
            Local = told.Local,
            Remote = told.Remote,
            DenyJoinInitialAddress = told.DenyJoinInitialAddress,
            CreateTime = now,
            Owner = seen is null ? null : OwnerOf(seen.UserId),
        };
        if (told.Local is null || told.Remote is null)
            return connection;
        var initial = Merge(told, null) with { State = SubflowState.Established, Initial = true, Maker = SubflowMaker.Application };
        return connection with { Subflows = [initial with { Id = seen?.FindSubflow(told.Local, told.Remote)?.Id ?? 0 }] };
    }

    // What was learned of a connection by asking, with what its own event tells.
    private static Connection Complete(Connection? known, Connection told) => known is null ? told : known with
    {
        Id = known.Id == 0 ? told.Id : known.Id,
        ServerSide = told.ServerSide,
        Local = told.Local ?? known.Local,
        Remote = told.Remote ?? known.Remote,
        DenyJoinInitialAddress = told.DenyJoinInitialAddress,
        Subflows = [.. told.Subflows.Where(initial => known.FindSubflow(initial.Local, initial.Remote) is null), .. known.Subflows],
    };

    /// <summary>Finds what a subflow event is about: by its two ends, or as the oldest request that it can be the outcome of.</summary>
    private (Connection? Connection, Subflow? Subflow) Locate(PathManagerEvent told, DateTimeOffset now)
    {
        var connection = told.Token is { } token ? FindOrAdopt(token, now) : null;
        if (connection is null || told.Local is null || told.Remote is null)
            return (connection, null);

        var known = connection.FindSubflow(told.Local, told.Remote)
            ?? connection.Subflows.FirstOrDefault(subflow => subflow.CanBecome(told.Local, told.Remote, told.LocalId));
        if (known is { State: SubflowState.Requested })
            (connection, known) = Accept(connection, known, now); // An outcome says that the kernel has taken the command.
        return (connection, known);
    }

    // What the event leaves out stays as it was known.
    private static Subflow Merge(PathManagerEvent told, Subflow? known)
    {
        if (told is not { Local: { } local, Remote: { } remote })
            throw new ArgumentException($"an event that says where a subflow runs was expected: {told}", nameof(told));
        known ??= new Subflow(local, remote, SubflowState.Established);
        return known with
        {
            Local = local,
            // An attempt that was ended before its answer came is told without the remote port.
            Remote = remote.Port == 0 ? known.Remote : remote,
            LocalId = told.LocalId ?? known.LocalId,
            RemoteId = told.RemoteId ?? known.RemoteId,
            // The kernel tells of the peer's wish alone, never of this host's.
            RemoteBackup = told.Backup ?? known.RemoteBackup,
            InterfaceIndex = told.InterfaceIndex ?? known.InterfaceIndex,
            Error = told.Error ?? known.Error,
            ResetReason = told.ResetReason ?? known.ResetReason,
            ResetFlags = told.ResetFlags ?? known.ResetFlags,
        };
    }
}
