namespace Mptcp.Lab;

/// <summary>A packet as it came to an interface of a host, or went from one.</summary>
/// <param name="Nanoseconds">When, by the kernel's clock, since 1970.</param>
/// <param name="InterfaceIndex">The index of the interface in the host's namespace.</param>
/// <param name="IsOutgoing">Whether the host sent it.</param>
/// <param name="Bytes">Its beginning, with all headers: from the network header on, as far as it was kept.</param>
public sealed record CapturedPacket(long Nanoseconds, int InterfaceIndex, bool IsOutgoing, byte[] Bytes);
