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

    public SubflowListCommand(GlobalOptions globals)
        : base(globals, "list", "List the subflows of one connection or of all")
    {
        _token.Arity = ArgumentArity.ZeroOrOne;
        Add(_token);
        Add(_id);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        if (arguments.IsGiven(_id) && arguments.GetResult(_token) is not { Tokens.Count: > 0 })
            yield return "--connection-id needs a TOKEN";
    }

    // Both ways are the same document, so that a script need not know in which it asked.
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var all = new ListConnectionsResponse();
        if (arguments.GetValue(_token) is var token && token != 0)
        {
            var request = new GetConnectionRequest { Token = token, ConnectionId = arguments.GetValue(_id) };
            var response = await invocation.Client.Connections.GetConnectionAsync(request, cancellationToken: cancellationToken);
            all.Connections.Add(response.Connection);
        }
        else
        {
            await foreach (var connection in invocation.Client.ListConnectionsAsync(cancellationToken))
                all.Connections.Add(connection);
        }

        invocation.Printer.Show(all, () => Table(all.Connections));
    }

    static TextTable Table(IEnumerable<Connection> connections)
    {
        var table = new TextTable("NAMESPACE", "TOKEN", "CONNECTION-ID", "LOCAL", "REMOTE", "IDS", "STATE", "TRAITS", "ERROR");
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
                    SubflowText.Traits(subflow),
                    SubflowText.Error(subflow));
            }
        }

        return table;
    }
}
