using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>limits show</c></summary>
sealed class LimitsShowCommand(GlobalOptions globals) : ControlCommand(globals, "show", "Show the limits of a namespace")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Endpoints.GetLimitsAsync(new GetLimitsRequest(), cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => LimitsTable.Of(response.Limits));
    }
}
