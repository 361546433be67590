namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>What a comparison with the kernel brought to light.</summary>
/// <param name="Connections">How many connections the kernel shows.</param>
/// <param name="Subflows">How many subflows the kernel shows.</param>
/// <param name="Differences">How many events told of differences.</param>
/// <param name="Sequence">The number of the last event of the log then.</param>
internal readonly record struct ReconcileOutcome(int Connections, int Subflows, ulong Differences, ulong Sequence);
