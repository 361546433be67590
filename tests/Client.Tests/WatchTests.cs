using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests;

public sealed class WatchTests
{
    // Ten times the 100 streams that Kestrel lets one connection have.
    const int Many = 1000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_hands_over_what_comes_in_order_and_ends_when_the_stream_does()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, _) =>
        {
            await responses.WriteAsync(new WatchResponse { Events = new EventBatch { Events = { new Event { Sequence = 1 } } } });
            await responses.WriteAsync(new WatchResponse { Sync = new Sync { Sequence = 1 } });
            await responses.WriteAsync(new WatchResponse { Bookmark = new Bookmark { Sequence = 2 } });
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        var cases = new List<WatchResponse.MessageOneofCase>();
        await foreach (var message in client.WatchAsync(new WatchRequest { Mode = WatchMode.SnapshotOnly }, Cancellation))
            cases.Add(message.MessageCase);

        Assert.Equal(
            [WatchResponse.MessageOneofCase.Events, WatchResponse.MessageOneofCase.Sync, WatchResponse.MessageOneofCase.Bookmark],
            cases);
        Assert.Equal(WatchMode.SnapshotOnly, daemon.Received<WatchRequest>().Mode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_watch_hands_over_each_message_when_it_comes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        using var seen = new SemaphoreSlim(0);
        daemon.Watch(async (_, responses, context) =>
        {
            for (ulong sequence = 1; sequence <= 3; sequence++)
            {
                await responses.WriteAsync(new WatchResponse { Bookmark = new Bookmark { Sequence = sequence } });
                await seen.WaitAsync(context.CancellationToken);
            }
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        var sequences = new List<ulong>();
        await foreach (var message in client.WatchAsync(new WatchRequest(), cancellation))
        {
            sequences.Add(message.Bookmark.Sequence);
            seen.Release();
        }

        Assert.Equal([1ul, 2ul, 3ul], sequences);
    }

    [Fact]
    public async Task A_watch_that_the_daemon_ends_with_an_error_throws_it()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, _, _) => throw Refusal.Of(StatusCode.OutOfRange, "events were lost", "EVENTS_LOST"));
        await using var client = new ControlPlaneClient(daemon.Address);

        var error = await Assert.ThrowsAsync<RpcException>(() => DrainAsync(client, Cancellation));

        Assert.Equal(ErrorReason.EventsLost, ControlPlaneError.From(error).Reason);
    }

    [Fact]
    public async Task Cancelling_a_watch_throws_what_cancelling_always_throws()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        daemon.Watch(async (_, _, context) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => DrainAsync(client, cancellation.Token));

        Assert.IsType<RpcException>(error.InnerException);
    }

    [Fact(Timeout = 30_000)]
    public async Task Leaving_a_watch_ends_it_at_the_daemon()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        var ended = new TaskCompletionSource();
        daemon.Watch(async (_, responses, context) =>
        {
            using var registration = context.CancellationToken.Register(ended.SetResult);
            await responses.WriteAsync(new WatchResponse { Sync = new Sync() });
            await ended.Task;
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        await foreach (var _ in client.WatchAsync(new WatchRequest(), cancellation))
            break;

        await ended.Task.WaitAsync(cancellation);
    }

    [Fact(Timeout = 30_000)]
    public async Task One_client_has_more_watches_than_a_connection_has_streams()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        var synchronised = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        daemon.Watch(async (_, responses, context) =>
        {
            await responses.WriteAsync(new WatchResponse { Sync = new Sync() });
            await all.Task.WaitAsync(context.CancellationToken);
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => WatchAsync()));

        Assert.Equal(Many, daemon.Requests.Count);

        // None ends before all have their sync, so all must be served at once.
        async Task WatchAsync()
        {
            await foreach (var _ in client.WatchAsync(new WatchRequest(), cancellation))
            {
                if (Interlocked.Increment(ref synchronised) == Many)
                    all.SetResult();
            }
        }
    }

    [Fact]
    public async Task The_default_namespace_narrows_what_is_watched()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, _, _) => Task.CompletedTask);
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });
        var narrow = new WatchRequest { Allow = { new EventFilter { Tokens = { 1 } }, new EventFilter { Namespaces = { "red" } } } };
        var untouched = narrow.Clone();

        await DrainAsync(client, Cancellation);
        await DrainAsync(client, Cancellation, narrow);

        var requests = daemon.Requests.Cast<WatchRequest>().ToList();
        Assert.Equal([new EventFilter { Namespaces = { "blue" } }], requests[0].Allow);
        Assert.Equal(
            [new EventFilter { Tokens = { 1 }, Namespaces = { "blue" } }, new EventFilter { Namespaces = { "red" } }],
            requests[1].Allow);
        Assert.Equal(untouched, narrow);
    }

    static async Task DrainAsync(ControlPlaneClient client, CancellationToken cancellationToken, WatchRequest? request = null)
    {
        await foreach (var _ in client.WatchAsync(request ?? new WatchRequest(), cancellationToken))
        {
        }
    }
}
