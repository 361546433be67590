namespace Mptcp.Native.Diagnostics.Information;

/// <summary>Memory of a socket in use, in bytes (<c>struct inet_diag_meminfo</c>).</summary>
/// <param name="Receive">In the receive queue.</param>
/// <param name="WriteQueued">In the send queue.</param>
/// <param name="Forward">Taken in advance and not used yet.</param>
/// <param name="Transmit">Handed to the network and not sent yet.</param>
public sealed record MemoryUse(uint Receive, uint WriteQueued, uint Forward, uint Transmit);
