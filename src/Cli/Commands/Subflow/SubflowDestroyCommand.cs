using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>subflow destroy TOKEN</c></summary>
sealed class SubflowDestroyCommand : ControlCommand
{
    readonly ConnectionArguments _connection;
    readonly SubflowPathOptions _path;
    readonly Option<bool> _override = OverrideOption.Create();

    public SubflowDestroyCommand(GlobalOptions globals)
        : base(globals, "destroy", "Close a subflow")
    {
        _connection = new ConnectionArguments(this);
        _path = new SubflowPathOptions(this);
        Add(_override);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new DestroySubflowRequest
        {
            Token = _connection.TokenOf(invocation.Arguments),
            ConnectionId = _connection.IdOf(invocation.Arguments),
            Local = _path.LocalOf(invocation.Arguments),
            Remote = _path.RemoteOf(invocation.Arguments),
            OverrideHolder = invocation.Arguments.GetValue(_override),
        };
        var response = await invocation.Client.Connections.DestroySubflowAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => $"closed {AddressText.Format(request.Local)} -> {AddressText.Format(request.Remote)}");
    }
}
