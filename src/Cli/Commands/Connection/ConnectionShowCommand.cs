using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>connection show TOKEN</c></summary>
sealed class ConnectionShowCommand : ControlCommand
{
    readonly ConnectionArguments _connection;
    readonly Option<bool> _noStatistics = Parsed.Flag("--no-stats", "Leave out the kernel's figures");

    public ConnectionShowCommand(GlobalOptions globals)
        : base(globals, "show", "Show all there is to know of a connection and its subflows")
    {
        _connection = new ConnectionArguments(this);
        Add(_noStatistics);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new GetConnectionRequest
        {
            Token = _connection.TokenOf(invocation.Arguments),
            ConnectionId = _connection.IdOf(invocation.Arguments),
            View = invocation.Arguments.GetValue(_noStatistics) ? ConnectionView.Basic : ConnectionView.Statistics,
        };
        var response = await invocation.Client.Connections.GetConnectionAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, [.. ConnectionCard.Of(response.Connection)]);
    }
}
