using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>sample [TOKEN]</c></summary>
sealed class SampleCommand : ControlCommand
{
    readonly Argument<uint> _token = Parsed.Argument(
        "TOKEN", "The connection's token; none for all that the other options select", TokenText.Parse);
    readonly Option<ulong> _id = ConnectionArguments.IdOption();
    readonly SocketFilterOptions _filter;
    readonly Option<SocketProtocol> _protocol = SocketListCommand.ProtocolOption(
        "Whether the options above select tcp, subflows, or mptcp, connections with all their subflows [default: tcp]");
    readonly Option<TimeSpan> _interval = Parsed.Option(
        "--interval", "DURATION", "The time from one sample to the next, 10ms to 1h [default: 1s]", DurationText.ParsePositive);
    readonly Option<ulong> _count = Parsed.Option(
        "--count", "N", "How many samples to take [default: until interrupted]", text => NumberText.Parse(text, 1ul, ulong.MaxValue));

    public SampleCommand(GlobalOptions globals)
        : base(globals, "sample", "Show what subflows send and receive, again and again, until interrupted or the connection ends")
    {
        _token.Arity = ArgumentArity.ZeroOrOne;
        Add(_token);
        Add(_id);
        _filter = new SocketFilterOptions(this);
        Add(_protocol);
        Add(_interval);
        Add(_count);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        var hasToken = arguments.GetResult(_token) is { Tokens.Count: > 0 };
        if (arguments.IsGiven(_id) && !hasToken)
            yield return "--connection-id needs a TOKEN";
        var selecting = _filter.All.Append(_protocol).Where(arguments.IsGiven).Select(option => option.Name).ToList();
        if (hasToken && selecting.Count > 0)
            yield return $"a TOKEN selects one connection, without {string.Join(", ", selecting)}";
    }

    // Being interrupted is how sampling ends, so it is no error.
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var text = new SampleText();
        try
        {
            await foreach (var sample in invocation.Client.SampleAsync(RequestOf(invocation.Arguments), cancellationToken))
            {
                Show(sample, invocation.Printer, text);
                await invocation.Printer.FlushAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    static void Show(SampleResponse sample, Printer printer, SampleText text)
    {
        if (printer.IsJson)
        {
            printer.ShowJsonLine("sample", sample);
            return;
        }

        foreach (var line in text.Lines(sample))
            printer.ShowLine(line);
    }

    SampleRequest RequestOf(ParseResult arguments)
    {
        var request = new SampleRequest
        {
            Token = arguments.GetValue(_token),
            ConnectionId = arguments.GetValue(_id),
            FilterProtocol = arguments.GetValue(_protocol),
            Count = arguments.GetValue(_count),
        };
        if (request.Token == 0)
            request.Filter = _filter.Of(arguments) ?? new SocketFilter { All = new SocketFilterList() };
        if (arguments.GetValue(_interval) is var interval && interval > TimeSpan.Zero)
            request.Interval = Duration.FromTimeSpan(interval);
        return request;
    }
}
