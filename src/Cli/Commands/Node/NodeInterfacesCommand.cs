using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>node interfaces</c></summary>
sealed class NodeInterfacesCommand(GlobalOptions globals)
    : ControlCommand(globals, "interfaces", "List the network interfaces of a namespace, and which of their addresses subflows can begin from")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Node.ListInterfacesAsync(
            new ListInterfacesRequest(), cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => InterfaceTable.Of(response.Interfaces));
    }
}
