using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>policy explain [TOKEN]</c></summary>
sealed class PolicyExplainCommand : ControlCommand
{
    readonly Argument<uint> _token = Parsed.Argument(
        "TOKEN",
        "The connection's token, in decimal or 0x-hexadecimal [default: every connection that is not as its policy wants]",
        TokenText.Parse);
    readonly Option<ulong> _id = ConnectionArguments.IdOption();

    public PolicyExplainCommand(GlobalOptions globals)
        : base(globals, "explain", "Say what policies want of connections, what is, and why each difference remains")
    {
        _token.Arity = ArgumentArity.ZeroOrOne;
        Add(_token);
        Add(_id);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        if (arguments.IsGiven(_id) && arguments.GetResult(_token)?.Tokens is not [_])
            yield return "--connection-id needs TOKEN";
    }

    protected override Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken) =>
        invocation.Arguments.GetValue(_token) is > 0 and var token
            ? ExplainAsync(invocation, token, cancellationToken)
            : ListAsync(invocation, cancellationToken);

    async Task ExplainAsync(Invocation invocation, uint token, CancellationToken cancellationToken)
    {
        var request = new ExplainConnectionRequest { Token = token, ConnectionId = invocation.Arguments.GetValue(_id) };
        var response = await invocation.Client.Policies.ExplainConnectionAsync(request, cancellationToken: cancellationToken);
        if (invocation.Printer.IsJson)
        {
            invocation.Printer.ShowJson(response);
            return;
        }

        invocation.Printer.ShowLine(Revision(response.Revision, response.Enforcement));
        ExplanationText.Show(response.Explanation, invocation.Printer);
    }

    static async Task ListAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var all = await ListAllAsync(invocation, cancellationToken);
        if (invocation.Printer.IsJson)
        {
            invocation.Printer.ShowJson(all);
            return;
        }

        var decided = PolicyText.Count(all.DecidedConnections, "connection is", "connections are");
        invocation.Printer.ShowLine(
            $"{Revision(all.Revision, all.Enforcement)}: {decided} decided about, {NumberText.Format(all.DifferentConnections)} not as wanted");
        foreach (var explanation in all.Explanations)
        {
            invocation.Printer.ShowLine("");
            ExplanationText.Show(explanation, invocation.Printer);
        }
    }

    static async Task<ListDifferencesResponse> ListAllAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var all = new ListDifferencesResponse();
        var request = new ListDifferencesRequest { PageSize = 1000 };
        do
        {
            var page = await invocation.Client.Policies.ListDifferencesAsync(request, cancellationToken: cancellationToken);
            request.PageToken = page.NextPageToken;
            page.NextPageToken = "";
            // The figures of the last page are the newest.
            var explanations = all.Explanations;
            explanations.Add(page.Explanations);
            page.Explanations.Clear();
            page.Explanations.Add(explanations);
            all = page;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    static string Revision(long number, PolicyEnforcement enforcement) =>
        $"revision {PolicyText.Number(number)}, {PolicyText.Enforcement(enforcement)}";
}
