using Mptcp.ControlPlane.Server.State.Interfaces;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>Every connection and every network interface at one moment.</summary>
/// <param name="Connections">The connections, ordered by namespace and id.</param>
/// <param name="Sequence">The number of the last event that they and the interfaces contain.</param>
internal sealed record StateSnapshot(IReadOnlyList<Connection> Connections, ulong Sequence)
{
    /// <summary>The namespaces that are served; null when it is not said which.</summary>
    public IReadOnlySet<string>? Namespaces { get; init; }

    /// <summary>The network interfaces, ordered by namespace and index.</summary>
    public IReadOnlyList<HostInterface> Interfaces { get; init; } = [];
}
