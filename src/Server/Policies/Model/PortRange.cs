namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Ports from one to another, both of them included.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    public bool Contains(int port) => First <= port && port <= Last;
}
