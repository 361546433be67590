namespace Mptcp.Native.Interop;

/// <summary>What the kernel says of a socket that somebody else opened.</summary>
/// <param name="Domain">AF_*.</param>
/// <param name="Type">SOCK_*.</param>
/// <param name="Protocol">IPPROTO_*, or NETLINK_*.</param>
/// <param name="IsListening">Whether it listens.</param>
/// <param name="Cookie">What tells it from every other socket of the boot; null where the kernel does not say.</param>
/// <param name="NamespaceCookie">What tells its network namespace from every other of the boot; null on kernels before 5.14.</param>
internal readonly record struct SocketFacts(int Domain, int Type, int Protocol, bool IsListening, ulong? Cookie, ulong? NamespaceCookie);
