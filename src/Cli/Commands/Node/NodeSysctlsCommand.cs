using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>node sysctls</c></summary>
sealed class NodeSysctlsCommand(GlobalOptions globals) : ControlCommand(globals, "sysctls", "List the sysctls below net.mptcp")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Node.ListSysctlsAsync(new ListSysctlsRequest(), cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => SysctlTable.Of(response.Sysctls));
    }
}
