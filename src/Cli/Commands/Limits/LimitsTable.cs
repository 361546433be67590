using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Limits as a table.</summary>
static class LimitsTable
{
    public static TextTable Of(Limits limits) => new TextTable("LIMIT", "VALUE")
        .Row("subflows", NumberText.Format(limits.Subflows))
        .Row("add-addr-accepted", NumberText.Format(limits.AddAddrAccepted));
}
