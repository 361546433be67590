namespace Mptcp.ControlPlane.Server.State;

/// <summary>Who made a connection's socket, and who holds it.</summary>
/// <param name="UserId">The user who made the socket.</param>
/// <param name="Cgroup">The path of the socket's cgroup (version 2); empty when it cannot be seen.</param>
/// <param name="ProcessId">The process that holds the socket; 0 when none can be seen.</param>
/// <param name="Command">The name of that process.</param>
internal sealed record ConnectionOwner(uint UserId, string Cgroup = "", int ProcessId = 0, string Command = "");
