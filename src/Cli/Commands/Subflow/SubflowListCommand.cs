using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>subflow list [TOKEN]</c></summary>
sealed class SubflowListCommand : ControlCommand
{
    readonly Argument<uint> _token = Parsed.Argument("TOKEN", "The connection's token; none for every connection", TokenText.Parse);
    readonly Option<ulong> _id = ConnectionArguments.IdOption();
    readonly ConnectionFilterOptions _filter;

    public SubflowListCommand(GlobalOptions globals)
        : base(globals, "list", "List the subflows of one connection or of all")
    {
        _token.Arity = ArgumentArity.ZeroOrOne;
        Add(_token);
        Add(_id);
        _filter = new ConnectionFilterOptions(this);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        var hasToken = arguments.GetResult(_token) is { Tokens.Count: > 0 };
        if (arguments.IsGiven(_id) && !hasToken)
            yield return "--connection-id needs a TOKEN";
        if (hasToken && _filter.All.FirstOrDefault(arguments.IsGiven) is { } option)
            yield return $"{option.Name} is for the list of all, and not beside a TOKEN";
        foreach (var problem in _filter.Check(arguments))
            yield return problem;
    }

    // Both ways are the same document, so that a script need not know in which it asked.
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        if (arguments.GetValue(_token) is var token && token == 0)
        {
            var all = new ListConnectionsRequest { Filter = _filter.Of(arguments) };
            await ConnectionListCommand.ShowAsync(invocation, all, Table, cancellationToken);
            return;
        }

        var request = new GetConnectionRequest { Token = token, ConnectionId = arguments.GetValue(_id) };
        var response = await invocation.Client.Connections.GetConnectionAsync(request, cancellationToken: cancellationToken);
        var one = new ListConnectionsResponse { Connections = { response.Connection } };
        invocation.Printer.Show(one, () => Table(one.Connections));
    }

    static TextTable Table(IEnumerable<Connection> connections)
    {
        var table = new TextTable(
            "NAMESPACE", "TOKEN", "CONNECTION-ID", "LOCAL", "REMOTE", "IDS", "STATE", "SUBFLOW-ID", "TRAITS", "ERROR");
        foreach (var connection in connections)
        {
            foreach (var subflow in connection.Subflows)
            {
                table.Row(
                    connection.Namespace,
                    TokenText.Format(connection.Token),
                    NumberText.Format(connection.Id),
                    AddressText.Format(subflow.Local),
                    AddressText.Format(subflow.Remote),
                    SubflowText.Ids(subflow),
                    EnumText.Format(subflow.State),
                    subflow.Id == 0 ? "" : NumberText.Format(subflow.Id),
                    SubflowText.Traits(subflow),
                    SubflowText.Error(subflow));
            }
        }

        return table;
    }
}
