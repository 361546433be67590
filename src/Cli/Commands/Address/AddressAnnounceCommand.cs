using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>address announce TOKEN ADDR[:PORT]</c></summary>
sealed class AddressAnnounceCommand : ControlCommand
{
    readonly ConnectionArguments _connection;
    readonly Argument<SocketAddress> _address = Parsed.Argument(
        "ADDR[:PORT]",
        "The address; with a port the peer is told to join there",
        AddressText.Parse);
    readonly Option<uint> _id = Parsed.RequiredOption("--id", "N", "The address id, 1 to 255", text => NumberText.Parse(text, 1u, 255));
    readonly Option<string?> _interface = Parsed.Text("--interface", "IF", "The interface the address belongs to");
    readonly Option<bool> _listen = Parsed.Flag("--listen", "Have the daemon accept joins there until the address is withdrawn");
    readonly Option<bool> _override = OverrideOption.Create();

    public AddressAnnounceCommand(GlobalOptions globals)
        : base(globals, "announce", "Tell the peer of an address (ADD_ADDR)")
    {
        _connection = new ConnectionArguments(this);
        Add(_address);
        Add(_id);
        Add(_interface);
        Add(_listen);
        Add(_override);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var request = new AnnounceAddressRequest
        {
            Token = _connection.TokenOf(arguments),
            ConnectionId = _connection.IdOf(arguments),
            Address = arguments.GetRequiredValue(_address),
            AddressId = arguments.GetRequiredValue(_id),
            Interface = arguments.GetValue(_interface) ?? "",
            Listen = arguments.GetValue(_listen),
            OverrideHolder = arguments.GetValue(_override),
        };
        var response = await invocation.Client.Connections.AnnounceAddressAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => Describe(response));
    }

    static string Describe(AnnounceAddressResponse response)
    {
        var text = $"announced {AddressText.Format(response.Address.Address)} (id {response.Address.Id})";
        return response.Listening ? text + "; the daemon listens there" : text;
    }
}
