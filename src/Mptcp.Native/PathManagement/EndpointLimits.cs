namespace Mptcp.Native.PathManagement;

/// <summary>What the in-kernel path manager may do per connection.</summary>
/// <param name="Subflows">The most additional subflows.</param>
/// <param name="AcceptedAddresses">The most announced addresses of the peer to act on.</param>
public sealed record EndpointLimits(uint Subflows, uint AcceptedAddresses);
