using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services.Filters;

/// <summary>One filter of a watch, compiled: an event matches when every list that is given has an entry for it.</summary>
internal sealed record WatchFilter
{
    public IReadOnlySet<string> Namespaces { get; init; } = new HashSet<string>();

    /// <summary>The types asked for; null for all. An empty set matches nothing: types were named that are never told.</summary>
    public IReadOnlySet<StateEventType>? Types { get; init; }

    public IReadOnlySet<uint> Tokens { get; init; } = new HashSet<uint>();

    public IReadOnlySet<ulong> ConnectionIds { get; init; } = new HashSet<ulong>();

    public EndFilter Local { get; init; } = EndFilter.None;

    public EndFilter Remote { get; init; } = EndFilter.None;

    public bool? ServerSide { get; init; }

    public OwnerFilter Owner { get; init; } = OwnerFilter.None;

    private bool IsAboutConnections => Tokens.Count + ConnectionIds.Count > 0 || Local != EndFilter.None || Remote != EndFilter.None
        || ServerSide is not null || !Owner.AsksNothing;

    /// <summary>Matches an event, with its connection as it was at some moment.</summary>
    public bool Matches(StateEvent told, Connection? connection) => (Types?.Contains(told.Type) ?? true)
        && (told.IsAboutHost ? MatchesNamespace(told.Namespace) : MatchesConnection(told.Namespace, told.Token, connection));

    /// <summary>
    /// Matches an event as one that is not wanted. Who does not want certain connections still wants to know that a namespace is
    /// gone, and with it those connections that are wanted.
    /// </summary>
    public bool Denies(StateEvent told, Connection? connection) => !(told.IsAboutHost && IsAboutConnections) && Matches(told, connection);

    /// <summary>Matches a connection in a snapshot, which has no type.</summary>
    public bool Matches(Connection connection) => MatchesConnection(connection.Namespace, connection.Token, connection);

    private bool MatchesConnection(string namespaceName, uint token, Connection? connection)
        => MatchesNamespace(namespaceName)
        && (Tokens.Count == 0 || Tokens.Contains(token))
        && (ConnectionIds.Count == 0 || (connection is not null && ConnectionIds.Contains(connection.Id)))
        && Local.Matches(connection?.Local)
        && Remote.Matches(connection?.Remote)
        && (ServerSide is not { } side || connection?.ServerSide == side)
        && Owner.Matches(connection?.Owner);

    private bool MatchesNamespace(string name) => Namespaces.Count == 0 || Namespaces.Contains(name);
}
