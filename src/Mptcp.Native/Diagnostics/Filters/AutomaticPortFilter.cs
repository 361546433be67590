namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>The kernel chose the local port.</summary>
internal sealed record AutomaticPortFilter() : SocketFilter(depth: 1);
