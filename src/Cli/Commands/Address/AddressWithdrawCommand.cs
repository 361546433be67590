using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>address withdraw TOKEN</c></summary>
sealed class AddressWithdrawCommand : ControlCommand
{
    readonly ConnectionArguments _connection;
    readonly Option<uint> _id = Parsed.RequiredOption(
        "--id",
        "N",
        "The address id, 0 to 255; 0 is the address the connection began with",
        text => NumberText.Parse(text, 0u, 255));
    readonly Option<bool> _override = OverrideOption.Create();

    public AddressWithdrawCommand(GlobalOptions globals)
        : base(globals, "withdraw", "Take an announced address back (RM_ADDR) and close the subflows that use it")
    {
        _connection = new ConnectionArguments(this);
        Add(_id);
        Add(_override);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new WithdrawAddressRequest
        {
            Token = _connection.TokenOf(invocation.Arguments),
            ConnectionId = _connection.IdOf(invocation.Arguments),
            AddressId = invocation.Arguments.GetRequiredValue(_id),
            OverrideHolder = invocation.Arguments.GetValue(_override),
        };
        var response = await invocation.Client.Connections.WithdrawAddressAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => $"withdrew address id {request.AddressId} from {TokenText.Format(request.Token)}");
    }
}
