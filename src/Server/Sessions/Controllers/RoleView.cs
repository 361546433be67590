using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>A role with its sessions, at one moment.</summary>
/// <param name="Role">The role.</param>
/// <param name="Sessions">Its sessions, the highest election id first.</param>
/// <param name="Highest">The highest election id that was ever bid.</param>
internal sealed record RoleView(Role Role, IReadOnlyList<ControllerSession> Sessions, ulong Highest);
