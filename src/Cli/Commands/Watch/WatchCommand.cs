using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;
using Mptcp.ControlPlane.Client;
using Duration = Google.Protobuf.WellKnownTypes.Duration;
using FieldMask = Google.Protobuf.WellKnownTypes.FieldMask;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>watch</c></summary>
sealed class WatchCommand : ControlCommand
{
    readonly GlobalOptions _globals;
    readonly WatchFilterOptions _filter;
    readonly Option<bool> _followOnly = Parsed.Flag("--follow-only", "Only what happens from now on");
    readonly Option<bool> _snapshotOnly = Parsed.Flag("--snapshot-only", "Only what is, then end");
    readonly Option<string?> _resume = Parsed.Text(
        "--resume",
        "RESUME-TOKEN",
        "What has happened since an earlier watch told this resume token");
    readonly Option<bool> _reconnect = Parsed.Flag(
        "--reconnect",
        "Go on where it was when the stream breaks or the daemon is restarted; remarks tell of it, for programs on standard error");
    readonly Option<TimeSpan> _bookmarkInterval = Parsed.Option(
        "--bookmark-interval",
        "DURATION",
        "The longest time without a resume token, at least 100ms",
        DurationText.ParsePositive);
    readonly Option<TimeSpan> _bookmarkIdle = Parsed.Option(
        "--bookmark-idle",
        "DURATION",
        "A resume token also once nothing has come for so long, at least 10ms",
        DurationText.ParsePositive);
    readonly Option<TimeSpan> _batchDelay = Parsed.Option(
        "--batch-delay",
        "DURATION",
        "How long an event may wait for others to be sent with, up to 1s",
        DurationText.ParsePositive);
    readonly Option<string[]> _fields = Parsed.OptionList(
        "--field",
        "PATH",
        "Only this field of each event, as type or subflow.local; may be repeated; only with --output json",
        text => text);
    readonly WatchRemarks _remarks = new();

    public WatchCommand(GlobalOptions globals)
        : base(globals, "watch", "Show the connections and network interfaces there are, then what happens to them, until interrupted")
    {
        _globals = globals;
        _filter = new WatchFilterOptions(this);
        Add(_followOnly);
        Add(_snapshotOnly);
        Add(_resume);
        Add(_reconnect);
        Add(_bookmarkInterval);
        Add(_bookmarkIdle);
        Add(_batchDelay);
        Add(_fields);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        var modes = new Option[] { _followOnly, _snapshotOnly, _resume }.Where(arguments.IsGiven).Select(option => option.Name).ToList();
        if (modes.Count > 1)
            yield return string.Join(" and ", modes) + " exclude each other";
        if (arguments.IsGiven(_fields) && _globals.IsTable(arguments))
            yield return "--field is for programs, and needs --output json";
    }

    protected override WatchReconnection? ReconnectionOf(ParseResult arguments, Printer printer) => arguments.GetValue(_reconnect)
        ? new WatchReconnection { Reconnecting = interruption => _remarks.TellAway(interruption, printer) }
        : null;

    // Being interrupted is how a watch ends, so it is no error.
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        IWatchOutput output = invocation.Printer.IsJson ? new WatchJson() : new WatchText();
        try
        {
            await foreach (var message in invocation.Client.WatchAsync(RequestOf(invocation.Arguments), cancellationToken))
            {
                _remarks.TellBack(invocation.Printer);
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
            BookmarkInterval = DurationOf(_bookmarkInterval),
            BookmarkIdle = DurationOf(_bookmarkIdle),
        };
        if (DurationOf(_batchDelay) is { } delay)
            request.Batch = new BatchOptions { MaxDelay = delay };
        if (arguments.GetValue(_fields) is { Length: > 0 } fields)
            request.EventMask = new FieldMask { Paths = { fields } };
        _filter.AddTo(request, arguments);
        return request;

        Duration? DurationOf(Option<TimeSpan> option) =>
            arguments.GetValue(option) is var duration && duration > TimeSpan.Zero ? Duration.FromTimeSpan(duration) : null;
    }
}
