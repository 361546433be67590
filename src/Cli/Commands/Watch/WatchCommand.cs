using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>watch</c></summary>
sealed class WatchCommand : ControlCommand
{
    static readonly IReadOnlyList<string> TypeNames = EnumText.Names<EventType>();

    readonly Option<EventType[]> _types = Parsed.OptionList(
        "--type",
        "TYPE",
        $"Only events of this type; may be repeated: {string.Join(", ", TypeNames)}",
        ParseType);
    readonly Option<uint[]> _tokens = Parsed.OptionList(
        "--token",
        "TOKEN",
        "Only events of the connection with this token; may be repeated",
        TokenText.Parse);
    readonly Option<bool> _followOnly = Parsed.Flag("--follow-only", "Only what happens from now on");
    readonly Option<bool> _snapshotOnly = Parsed.Flag("--snapshot-only", "Only what is, then end");
    readonly Option<string?> _resume = Parsed.Text(
        "--resume",
        "RESUME-TOKEN",
        "What has happened since an earlier watch told this resume token");
    readonly Option<TimeSpan> _bookmarkInterval = Parsed.Option(
        "--bookmark-interval",
        "DURATION",
        "The longest time without a resume token, at least 100ms",
        DurationText.ParsePositive);

    public WatchCommand(GlobalOptions globals)
        : base(globals, "watch", "Show the connections and network interfaces there are, then what happens to them, until interrupted")
    {
        _types.CompletionSources.Add(_ => TypeNames);
        Add(_types);
        Add(_tokens);
        Add(_followOnly);
        Add(_snapshotOnly);
        Add(_resume);
        Add(_bookmarkInterval);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        var modes = new Option[] { _followOnly, _snapshotOnly, _resume }.Where(arguments.IsGiven).Select(option => option.Name).ToList();
        if (modes.Count > 1)
            yield return string.Join(" and ", modes) + " exclude each other";
    }

    // Being interrupted is how a watch ends, so it is no error.
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        IWatchOutput output = invocation.Printer.IsJson ? new WatchJson() : new WatchText();
        try
        {
            await foreach (var message in invocation.Client.WatchAsync(RequestOf(invocation.Arguments), cancellationToken))
            {
                output.Show(message, invocation.Printer);
                await invocation.Printer.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    WatchRequest RequestOf(ParseResult arguments)
    {
        var request = new WatchRequest
        {
            Mode = arguments switch
            {
                _ when arguments.GetValue(_followOnly) => WatchMode.FollowOnly,
                _ when arguments.GetValue(_snapshotOnly) => WatchMode.SnapshotOnly,
                _ => WatchMode.Unspecified,
            },
            ResumeToken = arguments.GetValue(_resume) ?? "",
        };
        if (arguments.GetValue(_bookmarkInterval) is var interval && interval > TimeSpan.Zero)
            request.BookmarkInterval = Duration.FromTimeSpan(interval);

        var filter = new EventFilter
        {
            Types_ = { arguments.GetValue(_types) ?? [] },
            Tokens = { arguments.GetValue(_tokens) ?? [] },
        };
        if (!filter.Equals(new EventFilter()))
            request.Allow.Add(filter);
        return request;
    }

    static EventType ParseType(string text) => EnumText.Parse<EventType>(text, TypeNames);
}
