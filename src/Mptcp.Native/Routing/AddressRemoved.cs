namespace Mptcp.Native.Routing;

/// <summary>An address is gone.</summary>
/// <param name="Address">The address as it was.</param>
public sealed record AddressRemoved(InterfaceAddress Address) : RouteEvent;
