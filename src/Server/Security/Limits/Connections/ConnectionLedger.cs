namespace Mptcp.ControlPlane.Server.Security.Limits.Connections;

/// <summary>
/// Counts the connections that are open, and those of each peer. Those of this host and those of the network are counted apart: whoever
/// fills the network's leaves the host's administrators theirs. Peers are known who have a connection, or tried to make
/// one in the last second.
/// </summary>
/// <param name="limits">How many there may be.</param>
/// <param name="time">What the time is.</param>
internal sealed class ConnectionLedger(LimitsInForce limits, TimeProvider time)
{
    // Whoever comes no faster in the mean is not to wait for each of its messages.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);

    private readonly Lock _guard = new();
    private readonly UseByName<PeerUse> _peers = new(
        use => use.Open == 0 && use.Connections.IsFull(limits.Rules.ConnectionsPerSecond, time) && use.Read.IsPaid(time));

    private int _local;
    private int _remote;

    /// <summary>How many peers it knows.</summary>
    public int Peers
    {
        get
        {
            lock (_guard)
                return _peers.Count;
        }
    }

    /// <summary>Counts a connection that was made.</summary>
    /// <param name="peer">By whom.</param>
    /// <returns>The limit that refuses it, or null for none: then <see cref="Leave"/> must follow.</returns>
    public LimitKind? Enter(Peer peer)
    {
        var rules = limits.Rules;
        lock (_guard)
        {
            var use = _peers[peer.Name];
            if (!use.Connections.Take(rules.ConnectionsPerSecond, time))
                return LimitKind.ConnectionsPerSecond;
            ref var all = ref peer.IsLocal ? ref _local : ref _remote;
            if (all >= rules.Connections)
                return LimitKind.Connections;
            if (use.Open >= rules.ConnectionsPerCaller)
                return LimitKind.ConnectionsPerCaller;
            all++;
            use.Open++;
            return null;
        }
    }

    /// <summary>Counts what was read of a peer.</summary>
    /// <returns>How long nothing more shall be read of it.</returns>
    public TimeSpan Read(Peer peer, long bytes)
    {
        var perSecond = limits.Rules.BytesPerSecond;
        if (perSecond == 0)
            return TimeSpan.Zero;
        lock (_guard)
            return _peers[peer.Name].Read.Add(TimeSpan.FromSeconds((double)bytes / perSecond), time) - AtOnce;
    }

    /// <summary>Counts the end of one.</summary>
    /// <inheritdoc cref="Enter"/>
    public void Leave(Peer peer)
    {
        lock (_guard)
        {
            _ = peer.IsLocal ? _local-- : _remote--;
            _peers[peer.Name].Open--;
        }
    }

    private sealed class PeerUse
    {
        public int Open { get; set; }

        public Allowance Connections { get; } = new();

        public Arrears Read { get; } = new();
    }
}
