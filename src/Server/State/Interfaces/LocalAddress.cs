using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Interfaces;

/// <summary>An address of this host with the interface that has it, on which its usability depends.</summary>
/// <param name="Link">The interface.</param>
/// <param name="Address">The address.</param>
internal sealed record LocalAddress(NetworkLink Link, InterfaceAddress Address);
