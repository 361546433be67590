using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>connection list</c></summary>
sealed class ConnectionListCommand : ControlCommand
{
    readonly ConnectionFilterOptions _filter;
    readonly Option<bool> _statistics = Parsed.Flag("--stats", "Ask the kernel for its figures of each too");

    public ConnectionListCommand(GlobalOptions globals)
        : base(globals, "list", "List the connections there are")
    {
        _filter = new ConnectionFilterOptions(this);
        Add(_statistics);
    }

    public override IEnumerable<string> Check(ParseResult arguments) => _filter.Check(arguments);

    protected override Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var statistics = invocation.Arguments.GetValue(_statistics);
        var request = new ListConnectionsRequest
        {
            Filter = _filter.Of(invocation.Arguments),
            View = statistics ? ConnectionView.Statistics : ConnectionView.Unspecified,
        };
        return ShowAsync(invocation, request, connections => Table(connections, statistics), cancellationToken);
    }

    /// <summary>Shows the connections that a request asks for: whole as JSON, else as a table.</summary>
    public static async Task ShowAsync(
        Invocation invocation,
        ListConnectionsRequest request,
        Func<IEnumerable<Connection>, TextTable> table,
        CancellationToken cancellationToken)
    {
        if (invocation.Printer.IsJson)
        {
            var pages = EncodedPages.ReadAsync(invocation.Client.Invoker, request, cancellationToken);
            await invocation.Printer.ShowJsonPagesAsync(ListConnectionsResponse.Descriptor, pages);
            return;
        }

        var connections = new List<Connection>();
        await foreach (var connection in invocation.Client.ListConnectionsAsync(request, cancellationToken))
            connections.Add(connection);
        invocation.Printer.ShowTable(table(connections));
    }

    static TextTable Table(IEnumerable<Connection> connections, bool statistics)
    {
        IReadOnlyList<string> figures = statistics ? ["SENT", "RETRANS", "RECEIVED"] : [];
        var table = new TextTable(
            ["NAMESPACE", "TOKEN", "CONNECTION-ID", "STATE", "SIDE", "LOCAL", "REMOTE", "SUBFLOWS", .. figures, "PM", "OWNER"]);
        foreach (var connection in connections)
        {
            table.Row(
            [
                connection.Namespace,
                TokenText.Format(connection.Token),
                NumberText.Format(connection.Id),
                EnumText.Format(connection.State),
                ConnectionText.Side(connection),
                AddressText.Format(connection.Local),
                AddressText.Format(connection.Remote),
                NumberText.Format((ulong)connection.Subflows.Count),
                .. statistics ? ConnectionText.Traffic(connection.Statistics) : [],
                ConnectionText.PathManager(connection),
                ConnectionText.Owner(connection.Owner),
            ]);
        }

        return table;
    }
}
