using System.Collections.Immutable;
using System.Net;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>
/// The connections of one namespace. It turns what the kernel tells, and what callers ask of it, into the next state
/// and into the events that tell of the change. The kernel loop alone calls it.
/// </summary>
/// <param name="namespaceName">The name of the namespace.</param>
/// <param name="findSocket">Asks the kernel for the socket of a token.</param>
/// <param name="publish">Takes each event, in order.</param>
internal sealed partial class ConnectionTable(string namespaceName, Func<uint, SocketAnswer> findSocket, Action<StateEvent> publish)
{
    private readonly Dictionary<uint, Connection> _connections = [];
    private readonly Queue<uint> _toLookUp = new();

    public IReadOnlyCollection<Connection> All => _connections.Values;

    public Connection? Find(uint token) => _connections.GetValueOrDefault(token);

    /// <summary>Finds a connection, asking the kernel for one that has not been heard of.</summary>
    /// <returns>Null when the kernel has none of this token.</returns>
    public Connection? FindOrAdopt(uint token, DateTimeOffset now)
    {
        if (_connections.TryGetValue(token, out var known))
            return known;
        if (findSocket(token).Socket is not { IsEnding: false } socket)
            return null;

        var adopted = Store(new Connection(namespaceName, token, socket.Cookie)
        {
            State = ConnectionState.Established,
            Local = socket.Local,
            Remote = socket.Remote,
            CreateTime = now,
        });
        Publish(StateEventType.ConnectionCreated, now, adopted, StateEventOrigin.Reconciled);
        return adopted;
    }

    /// <summary>Takes an event of the kernel.</summary>
    public void Apply(PathManagerEvent told, DateTimeOffset now)
    {
        switch (told.Type)
        {
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

    /// <summary>Compares with the kernel after events were lost: what is gone there goes here.</summary>
    public void Reconcile(DateTimeOffset now)
    {
        foreach (var connection in _connections.Values.ToList())
        {
            if (IsGone(connection))
                Remove(connection, now, StateEventOrigin.Reconciled);
        }
    }

    /// <summary>Asks the kernel whether connections are still there, of others each time until all have had their turn.</summary>
    /// <param name="most">How many to ask about.</param>
    /// <returns>Those that are gone. Their end may have been told meanwhile, and not been heard yet.</returns>
    public IReadOnlyList<Connection> LookUp(int most)
    {
        if (_toLookUp.Count == 0)
        {
            foreach (var token in _connections.Keys)
                _toLookUp.Enqueue(token);
        }

        var gone = new List<Connection>();
        while (most-- > 0 && _toLookUp.TryDequeue(out var token))
        {
            if (_connections.TryGetValue(token, out var connection) && IsGone(connection))
                gone.Add(connection);
        }

        return gone;
    }

    /// <summary>Removes a connection that ended without a word, unless its end has been heard of since.</summary>
    public void RemoveGone(Connection gone, DateTimeOffset now)
    {
        if (_connections.TryGetValue(gone.Token, out var connection) && connection.Id == gone.Id)
            Remove(connection, now, StateEventOrigin.Reconciled);
    }

    // A kernel that cannot be asked has not said that it is gone, and one that has told of its end knows its token for a while.
    private bool IsGone(Connection connection)
        => findSocket(connection.Token) is { Known: true } answer
        && (answer.Socket is not { IsEnding: false } socket || (connection.Id != 0 && socket.Cookie != connection.Id));

    private void Create(PathManagerEvent told, DateTimeOffset now)
    {
        if (told.Token is not { } token)
            return;
        var connection = FromEvent(told, token, now);
        if (_connections.TryGetValue(token, out var known))
        {
            if (known.Id == connection.Id)
                connection = Complete(known, connection); // A caller asked for it before its event was read.
            else
                Remove(known, now, StateEventOrigin.Reconciled); // Its end was lost, and its token is in use again.
        }

        Store(connection);
        Publish(StateEventType.ConnectionCreated, now, connection, StateEventOrigin.Kernel);
    }

    private void Establish(PathManagerEvent told, DateTimeOffset now)
    {
        if (told.Token is not { } token)
            return;
        var connection = FromEvent(told, token, now);
        if (_connections.TryGetValue(token, out var known))
            connection = Complete(known, connection);
        connection = Store(connection with { State = ConnectionState.Established });
        Publish(StateEventType.ConnectionEstablished, now, connection, StateEventOrigin.Kernel);
    }

    private void Close(PathManagerEvent told, DateTimeOffset now)
    {
        if (told.Token is not { } token)
            return;
        if (_connections.TryGetValue(token, out var connection))
            Remove(connection, now, StateEventOrigin.Kernel);
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
        connection = Store(connection, known, subflow);
        Publish(StateEventType.SubflowEstablished, now, connection, StateEventOrigin.Kernel, subflow, told.Token);
    }

    private void CloseSubflow(PathManagerEvent told, DateTimeOffset now)
    {
        var (connection, known) = Locate(told, now);
        var subflow = Merge(told, known) with { State = known is { Pending: true } ? SubflowState.Failed : SubflowState.Closed };
        if (connection is not null && known is not null)
            connection = Store(connection with { Subflows = connection.Subflows.Remove(known) });
        Publish(StateEventType.SubflowClosed, now, connection, StateEventOrigin.Kernel, subflow, told.Token);
    }

    private void ChangePriority(PathManagerEvent told, DateTimeOffset now)
    {
        var (connection, known) = Locate(told, now);
        var subflow = Merge(told, known) with { Backup = told.Backup ?? false };
        connection = Store(connection, known, subflow);
        Publish(StateEventType.SubflowPriority, now, connection, StateEventOrigin.Kernel, subflow, told.Token);
    }

    private void PublishListener(StateEventType type, PathManagerEvent told, DateTimeOffset now)
        => publish(new StateEvent(type, namespaceName, now) { Listener = told.Local });

    private void Remove(Connection connection, DateTimeOffset now, StateEventOrigin origin)
    {
        _connections.Remove(connection.Token);
        var closed = connection with
        {
            State = ConnectionState.Closed,
            Subflows = [.. connection.Subflows.Select(subflow =>
                subflow with { State = subflow.Pending ? SubflowState.Failed : SubflowState.Closed })],
        };
        Publish(StateEventType.ConnectionClosed, now, closed, origin);
    }

    private Connection FromEvent(PathManagerEvent told, uint token, DateTimeOffset now)
    {
        var connection = new Connection(namespaceName, token, findSocket(token).Socket?.Cookie ?? 0)
        {
            State = ConnectionState.Created,
            ServerSide = told.ServerSide,
            Local = told.Local,
            Remote = told.Remote,
            DenyJoinInitialAddress = told.DenyJoinInitialAddress,
            CreateTime = now,
        };
        if (told.Local is null || told.Remote is null)
            return connection;
        return connection with { Subflows = [Merge(told, null) with { State = SubflowState.Established, Initial = true }] };
    }

    // What was learned of a connection by asking, with what its own event tells.
    private static Connection Complete(Connection known, Connection told) => known with
    {
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

        var known = connection.FindSubflow(told.Local, told.Remote) ?? connection.Subflows.FirstOrDefault(subflow =>
            subflow.Pending && subflow.Local.Port == 0 &&
            subflow.Local.Address.Equals(told.Local.Address) && subflow.Remote.Equals(told.Remote) &&
            subflow.LocalId == (told.LocalId ?? subflow.LocalId));
        if (known is { State: SubflowState.Requested })
            (connection, known) = Accept(connection, known, now); // An outcome says that the kernel has taken the command.
        return (connection, known);
    }

    // What the event leaves out stays as it was known.
    private static Subflow Merge(PathManagerEvent told, Subflow? known)
    {
        var nowhere = new IPEndPoint(IPAddress.Any, 0);
        known ??= new Subflow(told.Local ?? nowhere, told.Remote ?? nowhere, SubflowState.Established);
        return known with
        {
            Local = told.Local ?? known.Local,
            Remote = told.Remote ?? known.Remote,
            LocalId = told.LocalId ?? known.LocalId,
            RemoteId = told.RemoteId ?? known.RemoteId,
            // The kernel does not repeat a wish to be a backup to the side that had it.
            Backup = known.Request != 0 ? known.Backup || told.Backup == true : told.Backup ?? known.Backup,
            InterfaceIndex = told.InterfaceIndex ?? known.InterfaceIndex,
            Error = told.Error ?? known.Error,
            ResetReason = told.ResetReason ?? known.ResetReason,
            ResetFlags = told.ResetFlags ?? known.ResetFlags,
        };
    }

    private Connection Store(Connection connection) => _connections[connection.Token] = connection;

    private Connection? Store(Connection? connection, Subflow? known, Subflow subflow)
        => connection is null ? null : Store(connection with
        {
            Subflows = known is null ? connection.Subflows.Add(subflow) : connection.Subflows.Replace(known, subflow),
        });

    private static ImmutableArray<AnnouncedAddress> With(ImmutableArray<AnnouncedAddress> known, AnnouncedAddress address)
        => [.. known.Where(other => other.Id != address.Id).Append(address).OrderBy(other => other.Id)];

    private static ImmutableArray<AnnouncedAddress> Without(ImmutableArray<AnnouncedAddress> known, byte id)
        => known.RemoveAll(address => address.Id == id);

    private void Publish(
        StateEventType type, DateTimeOffset now, Connection? connection, StateEventOrigin origin, Subflow? subflow = null, uint? token = null)
        => publish(new StateEvent(type, namespaceName, now)
        {
            Token = connection?.Token ?? token ?? 0,
            Connection = connection,
            Subflow = subflow,
            Origin = origin,
        });
}
