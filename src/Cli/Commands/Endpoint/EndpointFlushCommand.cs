using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>endpoint flush</c></summary>
sealed class EndpointFlushCommand(GlobalOptions globals) : ControlCommand(globals, "flush", "Remove every endpoint of a namespace")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Endpoints.FlushEndpointsAsync(
            new FlushEndpointsRequest(),
            cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => "deleted every endpoint");
    }
}
