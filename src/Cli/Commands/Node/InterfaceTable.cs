using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Network interfaces as a table, a row for each address.</summary>
static class InterfaceTable
{
    public static TextTable Of(IEnumerable<Interface> interfaces)
    {
        var table = new TextTable("INTERFACE", "INDEX", "STATE", "MTU", "ADDRESS", "USABILITY", "TRAITS");
        foreach (var one in interfaces)
        {
            foreach (var address in one.Addresses.DefaultIfEmpty())
            {
                table.Row(
                    one.Name,
                    one.Index.ToString(CultureInfo.InvariantCulture),
                    InterfaceText.State(one),
                    NumberText.Format(one.Mtu),
                    InterfaceText.Address(address),
                    InterfaceText.Usability(address),
                    InterfaceText.Traits(address));
            }
        }

        return table;
    }
}
