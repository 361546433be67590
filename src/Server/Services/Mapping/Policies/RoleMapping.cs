using Mptcp.ControlPlane.Server.Policies.Model;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>Roles as answers show them, with everything that is left to its default said.</summary>
internal static class RoleMapping
{
    public static Proto.PolicyRole ToProto(Role role) => new()
    {
        Name = role.Name,
        Scope = PolicyDocumentMapping.ToProto(role.Scope),
        Limits = new Proto.RoleLimits
        {
            CommandsPerSecond = (uint)role.Limits.CommandsPerSecond,
            SubflowsPerConnection = (uint)role.Limits.SubflowsPerConnection,
            Subflows = (uint)role.Limits.Subflows,
        },
        Uids = { role.UserIds },
    };
}
