using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <content>What the kernel's sockets show, compared with what is known.</content>
internal sealed partial class ConnectionTable
{
    /// <summary>Makes what is known of a connection equal to what the kernel shows of it, and tells each difference.</summary>
    /// <param name="seen">What the kernel shows, no older than the last event that was applied to this connection.</param>
    /// <param name="cause">Why the kernel was looked at.</param>
    /// <param name="now">When.</param>
    public void Reconcile(SeenConnection seen, StateEventCause cause, DateTimeOffset now)
    {
        var known = Find(seen.Token);
        if (known is not null && known.Id != 0 && known.Id != seen.Id)
        {
            Remove(known, now, Provenance.Reconciled(StateEventCause.TokenReused));
            known = null;
        }

        if (known is null)
            Adopt(seen, cause, now);
        else
            Reconcile(known, seen, Provenance.Reconciled(cause), now);
    }

    /// <summary>
    /// Finds the subflows that are known of a connection, and not among what the kernel shows of it. They may be over without their
    /// end having been told yet.
    /// </summary>
    public IReadOnlyList<SubflowEnds> FindMissing(SeenConnection seen)
    {
        if (Find(seen.Token) is not { } known || (known.Id != 0 && known.Id != seen.Id))
            return [];
        List<SubflowEnds>? missing = null;
        foreach (var subflow in known.Subflows)
        {
            if (subflow.State != SubflowState.Requested && !IsSeen(subflow, seen))
                (missing ??= []).Add(subflow.Ends);
        }

        return missing ?? [];
    }

    /// <summary>Removes a connection of which the kernel shows nothing any more.</summary>
    public void RemoveGone(Connection gone, StateEventCause cause, DateTimeOffset now)
    {
        if (Find(gone.Token) is { } connection && connection.Id == gone.Id)
            Remove(connection, now, Provenance.Reconciled(cause));
    }

    /// <summary>Notes who has a connection, and which path manager decides about it.</summary>
    /// <param name="token">The connection's token.</param>
    /// <param name="id">Its id.</param>
    /// <param name="inode">The inode of its socket when they were looked for; 0 when they shall be looked for again.</param>
    /// <param name="owner">Who has it.</param>
    /// <param name="pathManager">Which path manager; null where that is not known.</param>
    /// <param name="now">When.</param>
    public void Identify(uint token, ulong id, uint inode, ConnectionOwner owner, PathManagerType? pathManager, DateTimeOffset now)
    {
        if (Find(token) is not { } connection || connection.Id != id)
            return;
        pathManager ??= connection.PathManager;
        var isNew = connection.Owner != owner || connection.PathManager != pathManager;
        var identified = Store(connection with { Owner = owner, PathManager = pathManager, SoughtInode = inode });
        if (isNew)
            Publish(StateEventType.ConnectionUpdated, now, identified, Provenance.Reconciled(StateEventCause.Survey), before: connection);
    }

    private Connection Adopt(SeenConnection seen, StateEventCause cause, DateTimeOffset now)
    {
        var provenance = Provenance.Reconciled(cause);
        var initial = seen.FindSubflow(seen.Local, seen.Remote);
        var adopted = Store(new Connection(namespaceName, seen.Token, seen.Id)
        {
            State = StateOf(seen),
            ServerSide = seen.ServerSide == true,
            // The same objects as its subflow has, where it has one.
            Local = initial?.Local ?? seen.Local,
            Remote = initial?.Remote ?? seen.Remote,
            Subflows = [.. seen.Subflows.Select(FromSeen)],
            LocalAddresses = seen.LocalAddresses.IsDefault ? [] : seen.LocalAddresses,
            CreateTime = now,
            Owner = OwnerOf(seen.UserId),
            PathManager = seen.PathManager,
        });
        Publish(StateEventType.ConnectionCreated, now, adopted, provenance);
        // Whoever waits for these alone hears of them too.
        if (adopted.State == ConnectionState.Fallback)
            Publish(StateEventType.ConnectionFallback, now, adopted, provenance);
        else if (adopted.State == ConnectionState.Orphaned)
            Publish(StateEventType.ConnectionOrphaned, now, adopted, provenance);
        return adopted;
    }

    private void Reconcile(Connection connection, SeenConnection seen, Provenance provenance, DateTimeOffset now)
    {
        foreach (var subflow in seen.Subflows)
            connection = ReconcileSubflow(connection, subflow, provenance, now);
        foreach (var lost in connection.Subflows.Where(subflow => subflow.State != SubflowState.Requested && !IsSeen(subflow, seen)))
            connection = Lose(connection, lost, provenance, now);
        connection = ReconcileState(connection, seen, provenance, now);
        ReconcileRest(connection, seen, provenance, now);
    }

    private Connection ReconcileSubflow(Connection connection, SeenSubflow seen, Provenance provenance, DateTimeOffset now)
    {
        var known = connection.FindSubflow(seen.Local, seen.Remote);
        if (known is { Id: not 0 } && known.Id != seen.Id)
        {
            // Another socket between the same ends.
            connection = Lose(connection, known, provenance, now);
            known = null;
        }

        known ??= FindOrGuess(connection, seen);
        if (known is null)
        {
            var found = FromSeen(seen);
            connection = Store(connection, null, found);
            var type = found.Pending ? StateEventType.SubflowRequested : StateEventType.SubflowEstablished;
            Publish(type, now, connection, provenance, found);
            return connection;
        }

        if (known.State == SubflowState.Requested && !seen.IsConnecting)
            (connection, known) = Accept(connection, known, now);
        if (known.State == SubflowState.Requested)
            return connection;
        if (known.Pending && !seen.IsConnecting)
        {
            var established = WithSeen(known, seen) with { State = SubflowState.Established };
            connection = Store(connection, known, established);
            Publish(StateEventType.SubflowEstablished, now, connection, provenance, established);
            return connection;
        }

        if (known.LocalBackup != seen.LocalBackup || known.RemoteBackup != seen.RemoteBackup)
        {
            var changed = WithSeen(known, seen);
            connection = Store(connection, known, changed);
            Publish(StateEventType.SubflowPriority, now, connection, provenance, changed);
        }

        return connection;
    }

    private Connection Lose(Connection connection, Subflow lost, Provenance provenance, DateTimeOffset now)
    {
        _endedUnheard.Add(connection.Token, lost);
        return lost.Pending
            ? End(connection, lost, lost with { State = SubflowState.Failed }, StateEventType.SubflowFailed, now, provenance)
            : End(connection, lost, lost with { State = SubflowState.Closed }, StateEventType.SubflowClosed, now, provenance);
    }

    private Connection ReconcileState(Connection connection, SeenConnection seen, Provenance provenance, DateTimeOffset now)
    {
        var state = StateOf(seen);
        if (state == ConnectionState.Created && connection.State == ConnectionState.Orphaned)
            state = ConnectionState.Established; // It was, before it lost its subflows.
        if (state == connection.State)
            return connection;
        // Neither is ever taken back: what a kernel shows of a connection that has lost its first subflow says less than was told of it.
        if (state == ConnectionState.Created || connection.State == ConnectionState.Fallback)
            return connection;
        return Become(state, connection, now, provenance);
    }

    /// <summary>What no event tells of.</summary>
    private void ReconcileRest(Connection connection, SeenConnection seen, Provenance provenance, DateTimeOffset now)
    {
        var updated = connection with
        {
            Id = seen.Id,
            Local = seen.HasPlace && !seen.Local.Equals(connection.Local) ? seen.Local : connection.Local,
            Remote = seen.HasPlace && !seen.Remote.Equals(connection.Remote) ? seen.Remote : connection.Remote,
            Owner = connection.Owner ?? OwnerOf(seen.UserId),
            PathManager = seen.PathManager ?? connection.PathManager,
        };
        if (!seen.LocalAddresses.IsDefault && !connection.LocalAddresses.SequenceEqual(seen.LocalAddresses))
            updated = updated with { LocalAddresses = seen.LocalAddresses };
        foreach (var subflow in seen.Subflows)
        {
            var known = FindOrGuess(updated, subflow);
            if (known is not null && known.State != SubflowState.Requested && WithSeen(known, subflow) is var whole && whole != known)
                updated = updated with { Subflows = updated.Subflows.Replace(known, whole) };
        }

        if (updated == connection)
            return;
        Store(updated);
        Publish(StateEventType.ConnectionUpdated, now, updated, provenance, before: connection);
    }

    private static Subflow? FindOrGuess(Connection connection, SeenSubflow seen)
        => connection.FindSubflow(seen.Local, seen.Remote)
        ?? connection.Subflows.FirstOrDefault(subflow => subflow.CanBecome(seen.Local, seen.Remote, seen.LocalId));

    private static bool IsSeen(Subflow subflow, SeenConnection seen) => seen.Subflows.Any(other =>
        (other.Local.Equals(subflow.Local) && other.Remote.Equals(subflow.Remote) && (subflow.Id == 0 || subflow.Id == other.Id))
        || subflow.CanBecome(other.Local, other.Remote, other.LocalId));

    private static ConnectionState StateOf(SeenConnection seen)
    {
        if (seen.HasFallenBack)
            return ConnectionState.Fallback;
        if (seen.Subflows.All(subflow => subflow.IsConnecting))
            return ConnectionState.Orphaned;
        return seen.Subflows.Any(subflow => subflow.FullyEstablished) ? ConnectionState.Established : ConnectionState.Created;
    }

    private static Subflow FromSeen(SeenSubflow seen)
        => WithSeen(new Subflow(seen.Local, seen.Remote, seen.IsConnecting ? SubflowState.Connecting : SubflowState.Established), seen);

    private static Subflow WithSeen(Subflow known, SeenSubflow seen) => known with
    {
        Local = seen.Local,
        Id = seen.Id,
        LocalId = seen.LocalId,
        RemoteId = seen.RemoteId,
        LocalBackup = seen.LocalBackup,
        RemoteBackup = seen.RemoteBackup,
        InterfaceIndex = seen.InterfaceIndex,
        Initial = seen.Initial,
        Maker = MakerOf(known, seen),
    };

    // A socket does not show on whose behalf this host made it.
    private static SubflowMaker MakerOf(Subflow known, SeenSubflow seen) => known.Maker == SubflowMaker.Unknown ? seen.Maker : known.Maker;
}
