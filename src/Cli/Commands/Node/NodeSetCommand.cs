using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>node set NAME=VALUE...</c></summary>
sealed class NodeSetCommand : ControlCommand
{
    readonly Argument<Sysctl[]> _sysctls = Parsed.ArgumentList(
        "NAME=VALUE",
        "A sysctl below net.mptcp and its new value",
        SysctlText.Parse);

    public NodeSetCommand(GlobalOptions globals)
        : base(globals, "set", "Write sysctls below net.mptcp, all of them or none") => Add(_sysctls);

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new UpdateSysctlsRequest { Sysctls = { invocation.Arguments.GetRequiredValue(_sysctls) } };
        var response = await invocation.Client.Node.UpdateSysctlsAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => SysctlTable.Of(response.Sysctls));
    }
}
