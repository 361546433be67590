using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>The connections that a watcher says it knows, with the digest of what it knows of each.</summary>
internal sealed class KnownConnections
{
    private readonly Dictionary<Key, ulong> _digests = [];

    /// <summary>The namespaces that they are in.</summary>
    public IEnumerable<string> Namespaces => _digests.Keys.Select(key => key.Namespace).Distinct();

    /// <summary>Adds one; the last of several that are the same counts.</summary>
    public void Add(string namespaceName, uint token, ulong id, ulong digest) => _digests[new Key(namespaceName, token, id)] = digest;

    /// <summary>Whether the watcher knows a connection, as it is or otherwise.</summary>
    public bool Knows(Connection connection) => _digests.ContainsKey(KeyOf(connection));

    /// <summary>Whether the watcher knows a connection as it is.</summary>
    public bool KnowsAsItIs(Connection connection)
        => _digests.TryGetValue(KeyOf(connection), out var digest) && digest == EventMapping.DigestOf(connection);

    /// <summary>Namespaces of which nothing is known, as they are not served, at least not yet.</summary>
    public IEnumerable<string> FindUnserved(StateSnapshot all)
        => all.Namespaces is { } served ? Namespaces.Where(name => !served.Contains(name)) : [];

    /// <summary>Those that are not there any more.</summary>
    public IEnumerable<(string Namespace, uint Token, ulong Id)> FindGone(StateSnapshot all)
    {
        var there = all.Connections.Select(KeyOf).ToHashSet();
        return _digests.Keys
            .Where(key => !there.Contains(key) && all.Namespaces?.Contains(key.Namespace) != false)
            .Select(key => (key.Namespace, key.Token, key.Id));
    }

    private static Key KeyOf(Connection connection) => new(connection.Namespace, connection.Token, connection.Id);

    private readonly record struct Key(string Namespace, uint Token, ulong Id);
}
