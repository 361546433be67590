using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>limits set</c></summary>
sealed class LimitsSetCommand : ControlCommand
{
    readonly Option<uint?> _subflows = Limit("--subflows", "The most additional subflows a connection may have");
    readonly Option<uint?> _addAddrAccepted = Limit(
        "--add-addr-accepted",
        "The most announced addresses of the peer that a connection acts on");

    public LimitsSetCommand(GlobalOptions globals)
        : base(globals, "set", "Set the limits that are given and leave the others")
    {
        Add(_subflows);
        Add(_addAddrAccepted);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        if (!arguments.IsGiven(_subflows) && !arguments.IsGiven(_addAddrAccepted))
            yield return "nothing to set: give --subflows, --add-addr-accepted or both";
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var limits = new Limits();
        if (invocation.Arguments.GetValue(_subflows) is { } subflows)
            limits.Subflows = subflows;
        if (invocation.Arguments.GetValue(_addAddrAccepted) is { } addAddrAccepted)
            limits.AddAddrAccepted = addAddrAccepted;
        var response = await invocation.Client.Endpoints.UpdateLimitsAsync(
            new UpdateLimitsRequest { Limits = limits },
            cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => LimitsTable.Of(response.Limits));
    }

    static Option<uint?> Limit(string name, string description) =>
        Parsed.Option<uint?>(name, "N", description, text => NumberText.Parse(text, 0u, uint.MaxValue));
}
