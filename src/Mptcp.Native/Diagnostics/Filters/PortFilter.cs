namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>The port of an end is one of a range.</summary>
internal sealed record PortFilter(SocketEnd End, ushort First, ushort Last) : SocketFilter(depth: 1);
