using System.Text.Json;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class WatchReconnectTests
{
    static readonly WatchResponse Sync = new() { Sync = new Sync { Sequence = 40, ResumeToken = "r40" } };
    static readonly WatchResponse Bookmark = new() { Bookmark = new Bookmark { Sequence = 42, ResumeToken = "r42" } };

    [Fact]
    public async Task A_watch_that_is_to_reconnect_goes_on_and_says_so()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        BreakOnce(daemon);

        var run = (await Mptcpctl.RunAsync(daemon, "watch --reconnect")).Succeeded();

        Assert.Collection(
            run.Lines,
            line => Assert.Equal("-- up to date at sequence 40; resume from here with --resume r40", line),
            line => Assert.Matches(@"^-- the daemon is away \(the daemon is shutting down\); trying again in 0\.[01] s$", line),
            line => Assert.Equal("-- reconnected", line),
            line => Assert.Equal("-- bookmark at sequence 42; resume from here with --resume r42", line));
        Assert.Equal([new WatchRequest(), new WatchRequest { ResumeToken = "r40" }], daemon.Requests.Cast<WatchRequest>());
    }

    [Fact]
    public async Task Programs_find_what_the_daemon_says_in_the_output_and_remarks_beside_it()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        BreakOnce(daemon);

        var run = await Mptcpctl.RunAsync(daemon, "watch --reconnect -o json");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(
            ["sync", "bookmark"],
            run.Lines.Select(line => Assert.Single(JsonDocument.Parse(line).RootElement.EnumerateObject()).Name));
        Assert.Matches(
            @"^mptcpctl: the daemon is away \(the daemon is shutting down\); trying again in 0\.[01] s\nmptcpctl: reconnected\n$",
            run.Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_that_is_away_is_told_before_it_is_back()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var output = new FlushedStream();
        daemon.Watch(async (_, responses, context) =>
        {
            await responses.WriteAsync(Sync);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });

        var running = Mptcpctl.RunAsync(
            ["watch", "--reconnect"],
            new() { [GlobalOptions.AddressVariable] = daemon.Address },
            output,
            interruption.Token);
        await output.SeenAsync("--resume r40").WaitAsync(interruption.Token);
        await daemon.StopAsync();
        await output.SeenAsync("it cannot be reached").WaitAsync(interruption.Token);
        await interruption.CancelAsync();

        (await running).Succeeded();
    }

    [Fact]
    public async Task A_daemon_that_was_never_there_is_no_reason_to_reconnect()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        await daemon.StopAsync();

        (await Mptcpctl.RunAsync(daemon, "watch --reconnect")).EndedWith(ExitCode.Unreachable);
    }

    // The first stream breaks after a sync, the second ends well after a bookmark.
    static void BreakOnce(FakeDaemon daemon) => daemon.Watch(async (_, responses, _) =>
    {
        var isFirst = daemon.Requests.Count == 1;
        await responses.WriteAsync(isFirst ? Sync : Bookmark);
        if (isFirst)
            throw Refusal.Of(StatusCode.Unavailable, "the daemon is shutting down", "SHUTTING_DOWN");
    });
}
