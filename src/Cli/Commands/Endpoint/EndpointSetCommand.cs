using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>endpoint set --id N --flags LIST</c></summary>
sealed class EndpointSetCommand : ControlCommand
{
    readonly Option<uint> _id = Parsed.RequiredOption("--id", "N", "The address id, 1 to 255", text => NumberText.Parse(text, 1u, 255));
    readonly Option<EndpointFlag[]> _flags = EndpointOptions.Flags("The flags it is to have, '' for none");

    public EndpointSetCommand(GlobalOptions globals)
        : base(globals, "set", "Change the flags of an endpoint, and so of the subflows made from it")
    {
        _flags.Required = true;
        Add(_id);
        Add(_flags);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new UpdateEndpointRequest
        {
            Endpoint = new Endpoint
            {
                Id = invocation.Arguments.GetRequiredValue(_id),
                Flags = { invocation.Arguments.GetRequiredValue(_flags) },
            },
            UpdateMask = new FieldMask { Paths = { "flags" } },
        };
        var response = await invocation.Client.Endpoints.UpdateEndpointAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => EndpointTable.Of(response.Endpoint));
    }
}
