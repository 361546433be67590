namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>The socket is in a cgroup.</summary>
internal sealed record CgroupFilter(ulong Id) : SocketFilter(depth: 1);
