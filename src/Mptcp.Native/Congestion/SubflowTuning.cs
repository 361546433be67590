namespace Mptcp.Native.Congestion;

/// <summary>How one subflow shall send.</summary>
/// <param name="Cookie">The kernel's number for its TCP socket.</param>
/// <param name="Settings">What to set.</param>
public sealed record SubflowTuning(ulong Cookie, SubflowSettings Settings);
