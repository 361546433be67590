namespace Mptcp.Native.Routing;

/// <summary>
/// An address is new, or something of it has changed: its flags, its lifetimes. An address is told apart by its interface and
/// itself, and for IPv4 by its prefix length and its peer too.
/// </summary>
/// <param name="Address">The address as it is now.</param>
public sealed record AddressChanged(InterfaceAddress Address) : RouteEvent;
