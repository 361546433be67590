namespace Mptcp.ControlPlane.Server.State;

/// <summary>Every connection at one moment.</summary>
/// <param name="Connections">The connections, ordered by namespace and id.</param>
/// <param name="Sequence">The number of the last event that they contain.</param>
internal sealed record StateSnapshot(IReadOnlyList<Connection> Connections, ulong Sequence);
