using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>What is known of a namespace whose endpoints are kept.</summary>
/// <param name="ListInterfaces">Lists its interfaces.</param>
/// <param name="ListConnections">Lists its connections.</param>
internal sealed record EndpointSurroundings(Func<IReadOnlyList<NetworkInterface>> ListInterfaces, Func<IEnumerable<Connection>> ListConnections);
