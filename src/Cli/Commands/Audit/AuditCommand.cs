using System.CommandLine;
using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>audit</c></summary>
sealed class AuditCommand : ControlCommand
{
    const int LargestPage = 1000;
    const ulong DefaultLimit = 100;

    readonly Option<string?> _caller = Parsed.Text(
        "--caller", "NAME", "Only what this caller did, such as user:1000; * and ? stand for any letters");
    readonly Option<string?> _method = Parsed.Text("--method", "NAME", "Only this method, such as ApplyPolicies or *PolicyService/*");
    readonly Option<bool> _denied = Parsed.Flag("--denied", "Only what its caller may not do");
    readonly Option<uint> _token = Parsed.Option("--token", "TOKEN", "Only what was about this connection", TokenText.Parse);
    readonly Option<Timestamp?> _since = Parsed.Option<Timestamp?>(
        "--since", "DURATION|TIME", "Only since then: 15m ago, or 2026-01-31T12:00:00Z", MomentText.Parse);
    readonly Option<Timestamp?> _until = Parsed.Option<Timestamp?>("--until", "DURATION|TIME", "Only before then", MomentText.Parse);
    readonly Option<ulong> _limit = Parsed.Option(
        "--limit", "N", "The most entries to show [default: 100]", text => NumberText.Parse(text, 1ul, 1_000_000ul));

    public AuditCommand(GlobalOptions globals)
        : base(globals, "audit", "List who changed what, or tried to, the newest first")
    {
        foreach (var option in new Option[] { _caller, _method, _denied, _token, _since, _until, _limit })
            Add(option);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var limit = arguments.IsGiven(_limit) ? arguments.GetValue(_limit) : DefaultLimit;
        var request = new ListAuditEntriesRequest
        {
            Caller = arguments.GetValue(_caller) ?? "",
            Method = arguments.GetValue(_method) ?? "",
            Token = arguments.GetValue(_token),
            Since = arguments.GetValue(_since),
            Until = arguments.GetValue(_until),
            PageSize = (int)Math.Min(limit, LargestPage),
        };
        if (arguments.GetValue(_denied))
            request.Allowed = false;
        var all = new ListAuditEntriesResponse();
        do
        {
            var page = await invocation.Client.Audit.ListAuditEntriesAsync(request, cancellationToken: cancellationToken);
            all.Entries.Add(page.Entries.Take((int)(limit - (ulong)all.Entries.Count)));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0 && (ulong)all.Entries.Count < limit);
        invocation.Printer.Show(all, () => TableOf(all.Entries));
    }

    static TextTable TableOf(IEnumerable<AuditEntry> entries)
    {
        var table = new TextTable("TIME", "CALLER", "ROLE", "WHAT", "ABOUT", "OUTCOME", "REQUEST-ID");
        foreach (var entry in entries)
        {
            table.Row(
                PolicyText.Time(entry.Time),
                PolicyText.Author(entry.Caller),
                entry.Role,
                What(entry),
                About(entry),
                Outcome(entry),
                entry.RequestId);
        }

        return table;
    }

    static string What(AuditEntry entry)
    {
        var method = entry.Method[(entry.Method.LastIndexOf('.') + 1)..];
        var what = entry.Kind == AuditKind.Call ? method : EnumText.Format(entry.Kind);
        return entry.ValidateOnly ? what + " (only to check)" : what;
    }

    static string About(AuditEntry entry) => string.Join(' ', new[]
    {
        entry.SessionId == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"role={entry.SessionRole} session={entry.SessionId}"),
        entry.Namespace,
        entry.Token == 0 ? "" : TokenText.Format(entry.Token),
        entry.EndpointId == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"endpoint={entry.EndpointId}"),
        entry.Overridden.Length == 0 ? "" : "overrides " + entry.Overridden,
    }.Where(word => word.Length > 0));

    static string Outcome(AuditEntry entry)
    {
        if (entry.Kind == AuditKind.Lost)
            return entry.Message;
        return entry.Reason.Length == 0 ? entry.Status : $"{entry.Status} ({entry.Reason})";
    }
}
