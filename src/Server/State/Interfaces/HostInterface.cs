using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Interfaces;

/// <summary>A network interface and where it is.</summary>
/// <param name="Namespace">The name of the namespace.</param>
/// <param name="Interface">The interface with its addresses.</param>
internal sealed record HostInterface(string Namespace, NetworkInterface Interface);
