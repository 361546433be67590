using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Services.Filters;

/// <summary>One filter of a watch, compiled: an event matches when every list that is given has an entry for it.</summary>
internal sealed record WatchFilter
{
    public IReadOnlySet<string> Namespaces { get; init; } = new HashSet<string>();

    /// <summary>The types asked for; null for all.</summary>
    public IReadOnlySet<StateEventType>? Types { get; init; }

    public IReadOnlySet<uint> Tokens { get; init; } = new HashSet<uint>();

    public IReadOnlySet<ulong> ConnectionIds { get; init; } = new HashSet<ulong>();

    public EndFilter Local { get; init; } = EndFilter.None;

    public EndFilter Remote { get; init; } = EndFilter.None;

    public bool? ServerSide { get; init; }

    public OwnerFilter Owner { get; init; } = OwnerFilter.None;

    // They belong to nothing else that is asked about.
    private bool MatchesDecisions => Types is not null || (Namespaces.Count == 0 && !AsksAboutConnections);

    private bool AsksAboutConnections
        => Tokens.Count > 0 || ConnectionIds.Count > 0 || Local.Asks || Remote.Asks || ServerSide is not null || Owner.Asks;

    /// <summary>Matches an event, with its connection as it was at some moment.</summary>
    public bool Matches(StateEvent told, Connection? connection) => (Types?.Contains(told.Type) ?? true)
        && (told.Type.IsAboutDecisions() ? MatchesDecisions
            : told.Type.IsAboutNamespace() ? MatchesNamespace(told.Namespace)
            : told.Type.IsAboutInterfaces() ? MatchesInterfaces(told.Namespace)
            : MatchesConnection(told.Namespace, told.Token, connection));

    /// <summary>
    /// Matches an event as one that is not wanted. Who does not want certain connections still wants to know that a namespace is
    /// gone, and with it those connections that are wanted.
    /// </summary>
    public bool Denies(StateEvent told, Connection? connection)
        => !(told.Type.IsAboutNamespace() && AsksAboutConnections) && Matches(told, connection);

    /// <summary>Matches a connection in a snapshot, which holds some unless nothing but types of interfaces is named.</summary>
    public bool Matches(Connection connection) => MatchesConnections(connection.Namespace)
        && MatchesConnection(connection.Namespace, connection.Token, connection);

    /// <summary>Matches the interfaces of a namespace: those in a snapshot, and what may happen to them and to their addresses.</summary>
    public bool MatchesInterfaces(string namespaceName) => MatchesNamespace(namespaceName)
        && (Types?.Any(type => type.IsAboutInterfaces()) ?? !AsksAboutConnections);

    /// <summary>Whether connections of a namespace may match, or what happens to them.</summary>
    public bool MatchesConnections(string namespaceName)
        => MatchesNamespace(namespaceName) && (Types is null || !Types.All(type => type.IsAboutInterfaces() || type.IsAboutDecisions()));

    /// <summary>Whether everything of a namespace matches.</summary>
    public bool IsOfWholeNamespace(string namespaceName) => Types is null && !AsksAboutConnections && MatchesNamespace(namespaceName);

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
