using System.Globalization;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>connection reconcile</c></summary>
sealed class ConnectionReconcileCommand(GlobalOptions globals)
    : ControlCommand(globals, "reconcile", "Compare what the daemon knows with the kernel, and have it tell every difference")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Connections.ReconcileConnectionsAsync(
            new ReconcileConnectionsRequest(), cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => Describe(response));
    }

    static string Describe(ReconcileConnectionsResponse response)
    {
        var compared = $"{Count(response.Connections, "connection")} with {Count(response.Subflows, "subflow")} compared";
        return response.Differences == 0
            ? compared + ": no difference"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{compared}: {Count(response.Differences, "difference")}, told by events up to sequence {response.Sequence}");
    }

    static string Count(uint number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}
