using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Endpoints as a table.</summary>
static class EndpointTable
{
    public static TextTable Of(params IEnumerable<Endpoint> endpoints)
    {
        var table = new TextTable("ID", "ADDRESS", "INTERFACE", "FLAGS");
        foreach (var endpoint in endpoints)
        {
            table.Row(
                NumberText.Format(endpoint.Id),
                AddressText.Format(new SocketAddress { Address = endpoint.Address, Port = endpoint.Port }),
                InterfaceOf(endpoint),
                EndpointFlagText.Format(endpoint.Flags));
        }

        return table;
    }

    // The name of an interface that was renamed or went away may be missing.
    static string InterfaceOf(Endpoint endpoint) => endpoint switch
    {
        { Interface.Length: > 0 } => endpoint.Interface,
        { InterfaceIndex: 0 } => "",
        _ => "index " + endpoint.InterfaceIndex.ToString(CultureInfo.InvariantCulture),
    };
}
