using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>endpoint list</c></summary>
sealed class EndpointListCommand(GlobalOptions globals) : ControlCommand(globals, "list", "List the endpoints of a namespace")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Endpoints.ListEndpointsAsync(
            new ListEndpointsRequest(),
            cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => EndpointTable.Of(response.Endpoints));
    }
}
