using Mptcp.ControlPlane.Server.Policies.Model;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

internal sealed partial class PolicyDocumentParsing
{
    private Role Read(Proto.PolicyRole role, string field)
    {
        var byDefault = new Role(role.Name);
        return byDefault with
        {
            Scope = role.Scope is { } scope ? Read(scope, $"{field}.scope") : byDefault.Scope,
            Limits = role.Limits is { } limits ? Read(limits, $"{field}.limits") : byDefault.Limits,
            UserIds = [.. role.Uids],
        };
    }

    private RoleLimits Read(Proto.RoleLimits limits, string field)
    {
        var byDefault = new RoleLimits();
        return new RoleLimits
        {
            CommandsPerSecond = limits.HasCommandsPerSecond
                ? Number(limits.CommandsPerSecond, $"{field}.commands_per_second")
                : byDefault.CommandsPerSecond,
            SubflowsPerConnection = limits.HasSubflowsPerConnection
                ? Number(limits.SubflowsPerConnection, $"{field}.subflows_per_connection")
                : byDefault.SubflowsPerConnection,
            Subflows = limits.HasSubflows ? Number(limits.Subflows, $"{field}.subflows") : byDefault.Subflows,
        };
    }
}
