namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>The socket is bound to an interface.</summary>
internal sealed record InterfaceFilter(int Index) : SocketFilter(depth: 1);
