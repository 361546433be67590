using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>endpoint add ADDR</c></summary>
sealed class EndpointAddCommand : ControlCommand
{
    readonly Argument<string> _address = Parsed.Argument("ADDR", "The address, without a port", AddressText.ParseAddress);
    readonly Option<uint> _id = Parsed.Option(
        "--id",
        "N",
        "The address id, 1 to 255 [default: the kernel chooses]",
        text => NumberText.Parse(text, 1u, 255));
    readonly Option<string?> _interface = Parsed.Text("--interface", "IF", "The interface that subflows from the address leave by");
    readonly Option<uint> _port = Parsed.Option(
        "--port",
        "P",
        "The port to announce with the address, 1 to 65535",
        text => NumberText.Parse(text, 1u, 65535));
    readonly Option<EndpointFlag[]> _flags = EndpointOptions.Flags("What the kernel does with the address");

    public EndpointAddCommand(GlobalOptions globals)
        : base(globals, "add", "Add an endpoint")
    {
        Add(_address);
        Add(_id);
        Add(_interface);
        Add(_port);
        Add(_flags);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var request = new CreateEndpointRequest
        {
            Endpoint = new Endpoint
            {
                Address = arguments.GetRequiredValue(_address),
                Id = arguments.GetValue(_id),
                Interface = arguments.GetValue(_interface) ?? "",
                Port = arguments.GetValue(_port),
                Flags = { arguments.GetValue(_flags) ?? [] },
            },
        };
        var response = await invocation.Client.Endpoints.CreateEndpointAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => EndpointTable.Of(response.Endpoint));
    }
}
