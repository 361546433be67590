using System.Net;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>One filter of a watch, compiled: an event matches when every list that is given has an entry for it.</summary>
internal sealed record WatchFilter
{
    public IReadOnlySet<string> Namespaces { get; init; } = new HashSet<string>();

    /// <summary>The types asked for; null for all. An empty set matches nothing: types were named that are never told.</summary>
    public IReadOnlySet<StateEventType>? Types { get; init; }

    public IReadOnlySet<uint> Tokens { get; init; } = new HashSet<uint>();

    public IReadOnlySet<ulong> ConnectionIds { get; init; } = new HashSet<ulong>();

    public IReadOnlyList<IPNetwork> LocalPrefixes { get; init; } = [];

    public IReadOnlyList<IPNetwork> RemotePrefixes { get; init; } = [];

    public IReadOnlyList<(ushort First, ushort Last)> LocalPorts { get; init; } = [];

    public IReadOnlyList<(ushort First, ushort Last)> RemotePorts { get; init; } = [];

    public bool? ServerSide { get; init; }

    public bool Matches(StateEvent told)
        => (Types?.Contains(told.Type) ?? true) && MatchesConnection(told.Namespace, told.Token, told.Connection);

    /// <summary>Matches a connection in a snapshot, which has no type.</summary>
    public bool Matches(Connection connection) => MatchesConnection(connection.Namespace, connection.Token, connection);

    private bool MatchesConnection(string namespaceName, uint token, Connection? connection)
        => (Namespaces.Count == 0 || Namespaces.Contains(namespaceName))
        && (Tokens.Count == 0 || Tokens.Contains(token))
        && (ConnectionIds.Count == 0 || (connection is not null && ConnectionIds.Contains(connection.Id)))
        && MatchesEnd(connection?.Local, LocalPrefixes, LocalPorts)
        && MatchesEnd(connection?.Remote, RemotePrefixes, RemotePorts)
        && (ServerSide is not { } side || connection?.ServerSide == side);

    private static bool MatchesEnd(IPEndPoint? end, IReadOnlyList<IPNetwork> prefixes, IReadOnlyList<(ushort First, ushort Last)> ports)
        => (prefixes.Count == 0 || (end is not null && prefixes.Any(prefix => prefix.Contains(end.Address))))
        && (ports.Count == 0 || (end is not null && ports.Any(range => end.Port >= range.First && end.Port <= range.Last)));
}
