using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests.Watching;

public sealed class ResilientWatchTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task A_watch_whose_stream_breaks_again_and_again_misses_nothing_and_hears_nothing_twice()
    {
        var cancellation = TestContext.Current.CancellationToken;
        const int Last = 300;
        await using var daemon = await FakeDaemon.StartAsync();
        var random = new Random(1);
        daemon.Watch(async (request, responses, context) =>
        {
            if (request.ResumeToken.Length == 0)
                await responses.WriteAsync(Told.Sync("0"));
            for (var next = Number(request.ResumeToken) + 1; next <= Last; next++)
            {
                switch (random.Next(20))
                {
                    case 0: throw Refusal.Of(StatusCode.Unavailable, "the daemon is shutting down", "SHUTTING_DOWN");
                    case 1:
                        context.GetHttpContext().Abort();
                        return;
                    case 2: await responses.WriteAsync(Told.Bookmark(Text(next - 1))); break;
                }

                await responses.WriteAsync(Told.Events(Text(next), new Event { Sequence = (ulong)next }));
            }
        });
        await using var client = Client(daemon);

        var sequences = new List<ulong>();
        await foreach (var message in client.WatchAsync(new WatchRequest(), cancellation))
            sequences.AddRange(message.Events?.Events.Select(told => told.Sequence) ?? []);

        Assert.Equal(Enumerable.Range(1, Last).Select(number => (ulong)number), sequences);
        Assert.InRange(daemon.Requests.Count, 10, Last);

        static int Number(string resumeToken) => resumeToken.Length == 0 ? 0 : int.Parse(resumeToken, CultureInfo.InvariantCulture);
        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restart_of_the_daemon_costs_the_watcher_no_more_than_the_difference()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (request, responses, context) =>
        {
            if (request.ResumeToken.Length == 0)
            {
                await WriteAsync(responses, Told.Snapshot(Told.Of(1, 11), Told.Of(2, 21)), Told.Sync("r1"));
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }

            await WriteAsync(responses, Told.Lost(LossSource.Restart), Told.Snapshot(Told.Closed(2)), Told.Sync("s1", difference: true));
        });
        await using var client = Client(daemon);

        var cases = new List<WatchResponse.MessageOneofCase>();
        await foreach (var message in client.WatchAsync(new WatchRequest { Mode = WatchMode.SnapshotThenFollow }, cancellation))
        {
            cases.Add(message.MessageCase);
            if (message.Sync is { Difference: false })
            {
                await daemon.StopAsync();
                await daemon.StartAgainAsync();
            }
        }

        Assert.Equal(
            [
                WatchResponse.MessageOneofCase.Events, WatchResponse.MessageOneofCase.Sync,
                WatchResponse.MessageOneofCase.Lost, WatchResponse.MessageOneofCase.Events, WatchResponse.MessageOneofCase.Sync,
            ],
            cases);
        var resumed = Assert.IsType<WatchRequest>(daemon.Requests[^1]);
        Assert.Equal((WatchMode.Unspecified, "r1"), (resumed.Mode, resumed.ResumeToken));
        Assert.Equal([Told.Known(1, 11), Told.Known(2, 21)], resumed.KnownConnections.OrderBy(known => known.Token));
    }

    [Fact]
    public async Task A_snapshot_that_broke_off_goes_on_as_the_difference_to_its_first_part()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var request = new WatchRequest { Mode = WatchMode.SnapshotOnly, KnownConnections = { Told.Known(9, 91) } };
        Break(daemon, Told.Snapshot(Told.Of(1, 11)), Told.Sync("r1", difference: true));
        await using var client = Client(daemon);

        var messages = await client.WatchAsync(request, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([Told.Snapshot(Told.Of(1, 11)), Told.Sync("r1", difference: true)], messages);
        var second = Assert.IsType<WatchRequest>(daemon.Requests[1]);
        Assert.Equal((WatchMode.SnapshotOnly, ""), (second.Mode, second.ResumeToken));
        Assert.Equal([Told.Known(1, 11), Told.Known(9, 91)], second.KnownConnections.OrderBy(known => known.Token));
    }

    [Fact]
    public async Task A_snapshot_that_broke_off_and_cannot_go_on_as_a_difference_is_told_as_lost_and_begins_again()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        Break(daemon, Told.Snapshot(Told.Of(1, digest: 0)), Told.Snapshot(Told.Of(2, digest: 0)));
        await using var client = Client(daemon);

        var messages = await client.WatchAsync(new WatchRequest(), Cancellation).ToListAsync(Cancellation);

        Assert.Equal(
            [Told.Snapshot(Told.Of(1, digest: 0)), Told.Lost(LossSource.Unspecified), Told.Snapshot(Told.Of(2, digest: 0))],
            messages);
        Assert.Equal([new WatchRequest(), new WatchRequest()], daemon.Requests.Cast<WatchRequest>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_wants_no_more_after_a_loss_gets_no_more_after_one(bool wasTold)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        Break(daemon, wasTold ? Told.Lost(LossSource.Log) : Told.Snapshot(Told.Of(1, digest: 0)), Told.Sync("r1"));
        await using var client = Client(daemon);

        var watch = client.WatchAsync(new WatchRequest { OnLost = LostPolicy.Fail }, Cancellation);
        var error = await Assert.ThrowsAsync<RpcException>(() => watch.ToListAsync(Cancellation).AsTask());

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Single(daemon.Requests);
    }

    [Fact]
    public async Task A_snapshot_that_is_complete_is_not_asked_for_again()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        Break(daemon, Told.Sync("r1"), Told.Sync("r2"));
        await using var client = Client(daemon);

        var messages = await client.WatchAsync(new WatchRequest { Mode = WatchMode.SnapshotOnly }, Cancellation).ToListAsync(Cancellation);

        Assert.Equal([Told.Sync("r1")], messages);
        Assert.Single(daemon.Requests);
    }

    [Fact]
    public async Task The_request_is_the_callers_and_stays_as_it_was()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        Break(daemon, Told.Snapshot(Told.Of(1, 11)), Told.Sync("r1"));
        await using var client = Client(daemon);
        var request = new WatchRequest { Allow = { new EventFilter { Tokens = { 1 } } }, BookmarkIdle = new() { Seconds = 1 } };
        var untouched = request.Clone();

        await client.WatchAsync(request, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(untouched, request);
        var second = Assert.IsType<WatchRequest>(daemon.Requests[1]);
        Assert.Equal((request.Allow, request.BookmarkIdle), (second.Allow, second.BookmarkIdle));
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.OutOfRange)]
    [InlineData(StatusCode.Unimplemented)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Internal)]
    public async Task A_refusal_that_time_does_not_change_is_thrown(StatusCode statusCode)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, _) =>
        {
            await responses.WriteAsync(Told.Sync("r1"));
            throw Refusal.Of(statusCode, "no", "NO");
        });
        await using var client = Client(daemon);

        var watch = client.WatchAsync(new WatchRequest(), Cancellation);
        var error = await Assert.ThrowsAsync<RpcException>(() => watch.ToListAsync(Cancellation).AsTask());

        Assert.Equal(statusCode, error.StatusCode);
        Assert.Single(daemon.Requests);
    }

    [Fact]
    public async Task Switched_off_a_stream_that_breaks_ends_the_watch()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        Break(daemon, Told.Sync("r1"), Told.Sync("r2"));
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Reconnection = null });

        await using var watch = client.WatchAsync(new WatchRequest(), Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await watch.MoveNextAsync());
        var error = await Assert.ThrowsAsync<RpcException>(() => watch.MoveNextAsync().AsTask());

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    // The first stream breaks after one message, the second ends well after another.
    static void Break(FakeDaemon daemon, WatchResponse first, WatchResponse second)
    {
        daemon.Watch(async (_, responses, _) =>
        {
            var isFirst = daemon.Requests.Count == 1;
            await responses.WriteAsync(isFirst ? first : second);
            if (isFirst)
                throw Refusal.Of(StatusCode.Unavailable, "the daemon is shutting down", "SHUTTING_DOWN");
        });
    }

    static ControlPlaneClient Client(FakeDaemon daemon) => new(
        daemon.Address,
        new ControlPlaneClientOptions { Reconnection = new WatchReconnection { Time = new PauseClock { Jumps = true } } });

    static async Task WriteAsync(IServerStreamWriter<WatchResponse> responses, params IEnumerable<WatchResponse> messages)
    {
        foreach (var message in messages)
            await responses.WriteAsync(message);
    }
}
