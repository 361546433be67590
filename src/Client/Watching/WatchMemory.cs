using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// Which connections a watcher has been told of, and in which state: what a daemon needs to tell a snapshot as the difference
/// to that. It is kept by token, as a connection's id may become known late.
/// </summary>
sealed class WatchMemory
{
    /// <summary>As many connections as a request may name. Memory goes no further, also where no event tells of an end.</summary>
    public const int Most = 100_000;

    static readonly string[] NeededFields = ["namespace", "type", "token", "connection_id", "digest"];

    readonly Dictionary<string, Dictionary<uint, Known>> _namespaces = [];
    readonly bool _isPossible;
    int _count;
    uint _snapshot;
    bool _isWhole;
    bool _isGathering;

    /// <summary>
    /// Makes a memory of what the watcher said that it knows. Who does not begin with a snapshot may know more than he said.
    /// </summary>
    public WatchMemory(WatchRequest request)
    {
        _isPossible = request.EventMask is not { Paths.Count: > 0 } mask || NeededFields.All(mask.Paths.Contains);
        _isWhole = _isPossible
            && (request.KnownConnections.Count > 0 || (request.ResumeToken.Length == 0 && request.Mode != WatchMode.FollowOnly));
        _isGathering = _isWhole;
        foreach (var known in request.KnownConnections)
            Remember(known.Namespace, known.Token, known.ConnectionId, known.Digest);
    }

    /// <summary>
    /// True when a difference to what is remembered is one to all that the watcher knows. It is not when a single connection
    /// is missing here: the watcher would never be told of its end.
    /// </summary>
    public bool IsWhole => _isWhole && !Entries.Any(entry => entry.Known.Digest == 0);

    /// <summary>What is remembered, for a request.</summary>
    public IEnumerable<KnownConnection> Connections => Entries.Select(entry => new KnownConnection
    {
        Namespace = entry.Namespace,
        Token = entry.Token,
        ConnectionId = entry.Known.Id,
        Digest = entry.Known.Digest,
    });

    IEnumerable<(string Namespace, uint Token, Known Known)> Entries =>
        from space in _namespaces
        from connection in space.Value
        select (space.Key, connection.Key, connection.Value);

    /// <summary>A snapshot begins: until it is complete, what it tells stands beside what was known before.</summary>
    public void BeginSnapshot()
    {
        _snapshot++;
        _isGathering = _isPossible;
    }

    /// <summary>The snapshot is complete, and is the difference to what was known, or all that there is.</summary>
    public void CompleteSnapshot(bool isDifference)
    {
        if (isDifference)
            return;
        foreach (var connections in _namespaces.Values)
        {
            // A Dictionary lets what it enumerates be removed.
            foreach (var (token, known) in connections)
            {
                if (known.Snapshot != _snapshot && connections.Remove(token))
                    _count--;
            }
        }

        _isWhole = _isGathering;
    }

    /// <summary>Learns what an event tells.</summary>
    public void Learn(Event told)
    {
        if (!_isGathering)
            return;
        if (told.Type == EventType.NamespaceRemoved)
        {
            if (_namespaces.Remove(told.Namespace, out var connections))
                _count -= connections.Count;
        }
        else if (told.Type == EventType.ConnectionClosed)
        {
            Forget(told);
        }
        else if (told.Token != 0 && (told.Digest != 0 || IsKnown(told) || TellsAll(told.Type)))
        {
            Remember(told.Namespace, told.Token, told.ConnectionId, told.Digest);
        }
    }

    // Without a digest, what happens to a connection that the watcher does not know leaves it as unknown as it was.
    static bool TellsAll(EventType type) => type
        is EventType.ConnectionSnapshot
        or EventType.ConnectionCreated
        or EventType.ConnectionEstablished
        or EventType.ConnectionFallback
        or EventType.ConnectionOrphaned
        or EventType.ConnectionUpdated;

    bool IsKnown(Event told) => _namespaces.TryGetValue(told.Namespace, out var connections) && connections.ContainsKey(told.Token);

    void Remember(string name, uint token, ulong id, ulong digest)
    {
        if (!_isGathering)
            return;
        if (!_namespaces.TryGetValue(name, out var connections))
            _namespaces.Add(name, connections = []);
        if (!connections.TryGetValue(token, out var known) && ++_count > Most)
        {
            _namespaces.Clear();
            _count = 0;
            _isWhole = _isGathering = false;
            return;
        }

        connections[token] = new Known(id == 0 ? known.Id : id, digest, _snapshot);
    }

    void Forget(Event closed)
    {
        // Another connection may have the token already.
        if (_namespaces.TryGetValue(closed.Namespace, out var connections)
            && connections.TryGetValue(closed.Token, out var known)
            && (known.Id == closed.ConnectionId || known.Id == 0 || closed.ConnectionId == 0))
        {
            connections.Remove(closed.Token);
            _count--;
        }
    }

    /// <summary>
    /// A connection, in the state that its digest stands for, 0 when it has none; and the last snapshot begun before it was told.
    /// </summary>
    readonly record struct Known(ulong Id, ulong Digest, uint Snapshot);
}
