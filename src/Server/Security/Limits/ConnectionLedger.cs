namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>
/// Counts the connections that are open, and those of each peer that has any. Those of this host and those of the network are counted apart:
/// whoever fills the network's leaves the host's administrators theirs.
/// </summary>
/// <param name="limits">How many there may be.</param>
internal sealed class ConnectionLedger(LimitsInForce limits)
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, int> _peers = [];
    private int _local;
    private int _remote;

    /// <summary>How many peers have connections.</summary>
    public int Peers
    {
        get
        {
            lock (_guard)
                return _peers.Count;
        }
    }

    /// <summary>Counts a connection that was made.</summary>
    /// <param name="peer">By whom: a user or a network address.</param>
    /// <param name="isLocal">Whether it is one of the Unix socket.</param>
    /// <returns>The limit that refuses it, or null for none: then <see cref="Leave"/> must follow.</returns>
    public LimitKind? Enter(string peer, bool isLocal)
    {
        var rules = limits.Rules;
        lock (_guard)
        {
            ref var all = ref isLocal ? ref _local : ref _remote;
            if (all >= rules.Connections)
                return LimitKind.Connections;
            var own = _peers.GetValueOrDefault(peer);
            if (own >= rules.ConnectionsPerCaller)
                return LimitKind.ConnectionsPerCaller;
            all++;
            _peers[peer] = own + 1;
            return null;
        }
    }

    /// <summary>Counts the end of one.</summary>
    /// <inheritdoc cref="Enter"/>
    public void Leave(string peer, bool isLocal)
    {
        lock (_guard)
        {
            _ = isLocal ? _local-- : _remote--;
            if (--_peers[peer] == 0)
                _peers.Remove(peer);
        }
    }
}
