using System.CommandLine;
using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>connection close TOKEN</c></summary>
sealed class ConnectionCloseCommand : ControlCommand
{
    readonly ConnectionArguments _connection;
    readonly Option<bool> _override = OverrideOption.Create();

    public ConnectionCloseCommand(GlobalOptions globals)
        : base(globals, "close", "Destroy every subflow of a connection, and say what the kernel then does")
    {
        _connection = new ConnectionArguments(this);
        Add(_override);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new CloseConnectionRequest
        {
            Token = _connection.TokenOf(invocation.Arguments),
            ConnectionId = _connection.IdOf(invocation.Arguments),
            OverrideHolder = invocation.Arguments.GetValue(_override),
        };
        var response = await invocation.Client.Connections.CloseConnectionAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => string.Join('\n', Lines(response)));
    }

    static IEnumerable<string> Lines(CloseConnectionResponse response)
    {
        if (response.Destroyed.Count == 0)
            yield return "there was no subflow to destroy";
        foreach (var subflow in response.Destroyed)
            yield return $"destroyed {SubflowText.Path(subflow)} (ids {SubflowText.Ids(subflow)}){Carried(subflow.LastSample)}";
        yield return EnumText.Format(response.State) + ": " + response.Explanation;
    }

    static string Carried(SubflowSample? sample) => sample is null
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $": it sent {sample.BytesSent} bytes ({sample.BytesRetransmitted} again) and received {sample.BytesReceived}");
}
