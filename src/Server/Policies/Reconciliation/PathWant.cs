using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>Subflows that a policy wants of a connection: so many on any of some paths.</summary>
/// <param name="Candidates">The paths, the best first; at least one.</param>
/// <param name="Count">How many subflows there shall be on them together.</param>
internal sealed record PathWant(IReadOnlyList<(HostPath From, PathKey Key)> Candidates, int Count)
{
    /// <summary>The interface whose subflows count, wherever they lead; null where only those on the paths do.</summary>
    public int? AnyOn { get; init; }

    /// <summary>Whether it is for backup.</summary>
    public bool Standby { get; init; }

    /// <summary>Whether a subflow counts.</summary>
    /// <param name="subflow">A subflow of the connection.</param>
    /// <param name="from">Its local address; null where this host does not have that.</param>
    /// <param name="incoming">Whether the peer began it: then it comes from a port of the peer's own.</param>
    public bool Covers(Subflow subflow, HostPath? from, bool incoming)
    {
        if (from is null)
            return false;
        if (AnyOn is { } index)
            return from.InterfaceIndex == index;
        foreach (var (_, key) in Candidates)
        {
            if (key.Local.Equals(subflow.Local.Address)
                && (incoming ? key.Remote.Address.Equals(subflow.Remote.Address) : key.Remote.Equals(subflow.Remote)))
            {
                return true;
            }
        }

        return false;
    }
}
