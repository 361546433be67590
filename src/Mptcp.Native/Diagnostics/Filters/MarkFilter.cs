namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>The bits of a mask have a value in the socket's mark.</summary>
internal sealed record MarkFilter(uint Value, uint Mask) : SocketFilter(depth: 1);
