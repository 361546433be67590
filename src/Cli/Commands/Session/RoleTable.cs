using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The roles of controllers: how far they reach, and what is delegated to each.</summary>
static class RoleTable
{
    // What holds where a role says nothing of it, as path_policy.proto has it.
    const uint CommandsPerSecond = 10_000;
    const uint SubflowsPerConnection = 32;
    const uint Subflows = 100_000;

    public static TextTable Of(IEnumerable<RoleSessions> roles)
    {
        var table = new TextTable("ROLE", "HIGHEST-ID", "DELEGATED", "FALLEN-BACK", "SUBFLOWS", "USERS", "LIMITS", "SCOPE");
        foreach (var one in roles)
        {
            var role = one.Role ?? new PolicyRole();
            table.Row(
                role.Name,
                NumberText.Format(one.HighestElectionId),
                NumberText.Format(one.DelegatedConnections),
                NumberText.Format(one.FallenBackConnections),
                NumberText.Format(one.Subflows),
                role.Uids.Count == 0 ? "any" : string.Join(',', role.Uids.Select(uid => NumberText.Format(uid))),
                Limits(role.Limits ?? new RoleLimits()),
                ScopeText.Format(role.Scope));
        }

        return table;
    }

    static string Limits(RoleLimits limits)
    {
        var rate = limits.HasCommandsPerSecond ? limits.CommandsPerSecond : CommandsPerSecond;
        var each = limits.HasSubflowsPerConnection ? limits.SubflowsPerConnection : SubflowsPerConnection;
        var all = limits.HasSubflows ? limits.Subflows : Subflows;
        return string.Create(CultureInfo.InvariantCulture, $"{rate} commands/s, {each} subflows/connection, {PolicyText.Count(all, "subflow", "subflows")}");
    }
}
