using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>What policies ask of a connection.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="InterfaceName">The interface that had its local address when it was first seen; null where none had.</param>
internal sealed record ConnectionFacts(Connection Connection, string? InterfaceName);
