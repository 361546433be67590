namespace Mptcp.Native.Routing;

/// <summary>A network interface and what it is addressed by.</summary>
/// <param name="Link">The interface.</param>
/// <param name="Addresses">Its IPv4 and IPv6 addresses, in the kernel's order.</param>
public sealed record NetworkInterface(NetworkLink Link, IReadOnlyList<InterfaceAddress> Addresses);
