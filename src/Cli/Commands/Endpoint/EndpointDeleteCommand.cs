using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>endpoint delete --id N</c></summary>
sealed class EndpointDeleteCommand : ControlCommand
{
    readonly Option<uint> _id = Parsed.RequiredOption(
        "--id",
        "N",
        "The address id, 1 to 255; 0, with --address, for the address that connections began with",
        text => NumberText.Parse(text, 0u, 255));

    readonly Option<string?> _initial = Parsed.Option<string?>(
        "--local",
        "ADDR",
        "Only with --id 0: the local address whose initial subflows are closed",
        AddressText.ParseAddress);

    public EndpointDeleteCommand(GlobalOptions globals)
        : base(globals, "delete", "Remove an endpoint; the kernel closes the subflows made from it")
    {
        Add(_id);
        Add(_initial);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        if (arguments.GetResult(_id)?.Tokens is not [{ Value: var id }])
            yield break;
        if (id == "0" && !arguments.IsGiven(_initial))
            yield return "--id 0 needs --local";
        if (id != "0" && arguments.IsGiven(_initial))
            yield return "--local is only for --id 0";
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new DeleteEndpointRequest
        {
            Id = invocation.Arguments.GetRequiredValue(_id),
            Address = invocation.Arguments.GetValue(_initial) ?? "",
        };
        var response = await invocation.Client.Endpoints.DeleteEndpointAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => request.Address.Length == 0
            ? $"deleted endpoint {request.Id}"
            : $"closed the initial subflows from {request.Address}");
    }
}
