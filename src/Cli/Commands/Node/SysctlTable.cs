using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Sysctls as a table.</summary>
static class SysctlTable
{
    public static TextTable Of(IEnumerable<Sysctl> sysctls)
    {
        var table = new TextTable("NAME", "VALUE", "ACCESS");
        foreach (var sysctl in sysctls)
            table.Row(sysctl.Name, sysctl.Value, sysctl.ReadOnly ? "read-only" : "writable");
        return table;
    }
}
