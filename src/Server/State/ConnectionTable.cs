using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>
/// The connections of one namespace. It turns what the kernel tells, what its sockets show, and what callers ask of it, into
/// the next state and into the events that tell of the change. The kernel loop alone calls it.
/// </summary>
/// <param name="namespaceName">The name of the namespace.</param>
/// <param name="sockets">The kernel's sockets.</param>
/// <param name="publish">Takes each event, in order.</param>
internal sealed partial class ConnectionTable(string namespaceName, IKernelSockets sockets, Action<StateEvent> publish)
{
    private readonly Dictionary<uint, Connection> _connections = [];
    private readonly EndedUnheard _endedUnheard = new();
    private readonly List<uint> _leftAlone = [];

    private ConnectionOwner? _lastOwner;

    /// <summary>Every connection, by its token.</summary>
    public IReadOnlyDictionary<uint, Connection> All => _connections;

    /// <summary>Where the tokens of connections that change are noted; null for nowhere.</summary>
    public HashSet<uint>? Changed { get; set; }

    /// <summary>Counts the changes of what is known, those that no event tells of too.</summary>
    public long Version { get; private set; }

    public Connection? Find(uint token) => _connections.GetValueOrDefault(token);

    /// <summary>Finds a connection, asking the kernel for one that has not been heard of.</summary>
    /// <returns>Null when the kernel has none of this token.</returns>
    public Connection? FindOrAdopt(uint token, DateTimeOffset now)
    {
        if (_connections.TryGetValue(token, out var known))
            return known;
        return sockets.Look(token, [], whole: true).Connection is { } seen ? Adopt(seen, StateEventCause.LookUp, now) : null;
    }

    // Of most connections the user is all that is known for a while, and few users have them.
    private ConnectionOwner OwnerOf(uint userId)
    {
        if (_lastOwner?.UserId != userId)
            _lastOwner = new ConnectionOwner(userId);
        return _lastOwner;
    }

    private Connection Store(Connection connection)
    {
        Version++;
        Changed?.Add(connection.Token);
        return _connections[connection.Token] = connection;
    }

    private Connection Store(Connection connection, Subflow? known, Subflow subflow) => Store(connection with
    {
        Subflows = known is null ? connection.Subflows.Add(subflow) : connection.Subflows.Replace(known, subflow),
    });

    private void Remove(Connection connection, DateTimeOffset now, Provenance provenance)
    {
        Version++;
        Changed?.Add(connection.Token);
        _connections.Remove(connection.Token);
        var subflows = connection.Subflows
            .Select(subflow => subflow with
            {
                State = subflow.Pending ? SubflowState.Failed : SubflowState.Closed,
                LastSample = sockets.Sample(subflow, now),
            })
            .ToImmutableArray();
        var closed = connection with
        {
            State = ConnectionState.Closed,
            Subflows = subflows,
            ClosedSubflows = subflows.Where(subflow => subflow.State == SubflowState.Closed)
                .Aggregate(connection.ClosedSubflows, (sum, subflow) => sum.With(subflow.LastSample)),
        };
        Publish(StateEventType.ConnectionClosed, now, closed, provenance);
    }

    /// <summary>Takes a subflow that is over out of its connection, and tells of it.</summary>
    private Connection End(
        Connection connection, Subflow known, Subflow ended, StateEventType type, DateTimeOffset now, Provenance provenance)
    {
        if (!known.Pending)
            ended = ended with { LastSample = sockets.Sample(known, now) };
        connection = Store(connection with
        {
            Subflows = connection.Subflows.Remove(known),
            ClosedSubflows = known.Pending ? connection.ClosedSubflows : connection.ClosedSubflows.With(ended.LastSample),
        });
        Publish(type, now, connection, provenance, ended);
        return connection;
    }

    private Connection Become(
        ConnectionState state, Connection connection, DateTimeOffset now, Provenance provenance, Connection? before = null)
    {
        connection = Store(connection with { State = state });
        var type = state switch
        {
            ConnectionState.Established => StateEventType.ConnectionEstablished,
            ConnectionState.Fallback => StateEventType.ConnectionFallback,
            ConnectionState.Orphaned => StateEventType.ConnectionOrphaned,
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "nothing becomes this"),
        };
        Publish(type, now, connection, provenance, before: before);
        return connection;
    }

    private static ImmutableArray<AnnouncedAddress> With(ImmutableArray<AnnouncedAddress> known, AnnouncedAddress address)
        => [.. known.Where(other => other.Id != address.Id).Append(address).OrderBy(other => other.Id)];

    private static ImmutableArray<AnnouncedAddress> Without(ImmutableArray<AnnouncedAddress> known, byte id)
        => known.RemoveAll(address => address.Id == id);

    private void Publish(
        StateEventType type, DateTimeOffset now, Connection? connection, Provenance provenance,
        Subflow? subflow = null, uint? token = null, Connection? before = null)
        => publish(new StateEvent(type, namespaceName, now)
        {
            Token = connection?.Token ?? token ?? 0,
            Connection = connection,
            Subflow = subflow,
            Previous = before is not null && connection is not null && !before.IsFilteredLike(connection) ? before : null,
            Origin = provenance.Origin,
            Cause = provenance.Cause,
        });
}
