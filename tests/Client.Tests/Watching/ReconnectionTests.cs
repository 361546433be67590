using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests.Watching;

public sealed class ReconnectionTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_first_attempt_that_fails_is_told_at_once()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        await daemon.StopAsync();
        var interruptions = new List<WatchInterruption>();
        await using var client = Client(daemon, new WatchReconnection { Reconnecting = interruptions.Add });

        var error = await Assert.ThrowsAsync<RpcException>(() => DrainAsync(client, Cancellation));

        Assert.Equal(ControlPlaneErrorOrigin.Unreachable, ControlPlaneError.From(error).Origin);
        Assert.Empty(interruptions);
    }

    [Fact(Timeout = 30_000)]
    public async Task Who_waits_for_the_daemon_has_it_when_it_comes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, responses, _) => responses.WriteAsync(Told.Sync("r1")));
        await daemon.StopAsync();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = Client(daemon, new WatchReconnection
        {
            InitialDelay = TimeSpan.FromMilliseconds(10),
            WaitForDaemon = true,
            Reconnecting = interruption =>
            {
                if (interruption.Attempt == 3)
                    start.SetResult();
            },
        });

        var watching = client.WatchAsync(new WatchRequest(), cancellation).ToListAsync(cancellation).AsTask();
        await start.Task.WaitAsync(cancellation);
        await daemon.StartAgainAsync();

        Assert.Equal([Told.Sync("r1")], await watching);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_that_says_when_to_come_back_is_left_alone_until_then()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, _) =>
        {
            await responses.WriteAsync(Told.Sync("r1"));
            if (daemon.Requests.Count == 1)
                throw Refusal.ForNow(TimeSpan.FromSeconds(3));
        });
        var clock = new PauseClock();
        var interruptions = new List<WatchInterruption>();
        await using var client = Client(daemon, new WatchReconnection { Time = clock, Lot = () => 0, Reconnecting = interruptions.Add });

        var watching = DrainAsync(client, cancellation);
        await clock.TimerIsSet.WaitAsync(cancellation);
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Single(daemon.Requests);
        Assert.False(watching.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await watching;

        var told = Assert.Single(interruptions);
        Assert.Equal((1, TimeSpan.FromSeconds(3), "not now"), (told.Attempt, told.Delay, told.Error.Message));
        Assert.Equal(2, daemon.Requests.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task Pauses_grow_while_the_daemon_is_away_and_are_short_again_once_it_was_there()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, _) =>
        {
            if (daemon.Requests.Count is 1 or 5)
                await responses.WriteAsync(Told.Sync("r1"));
            if (daemon.Requests.Count < 7)
                throw Refusal.Of(StatusCode.Unavailable, "away", "SHUTTING_DOWN");
        });
        var pauses = new List<double>();
        await using var client = Client(daemon, new WatchReconnection
        {
            Time = new PauseClock { Jumps = true },
            Lot = () => 1,
            Reconnecting = interruption => pauses.Add(interruption.Delay.TotalMilliseconds),
        });

        await DrainAsync(client, cancellation);

        Assert.Equal([100, 200, 400, 800, 100, 200], pauses);
    }

    [Fact(Timeout = 30_000)]
    public async Task When_it_is_time_to_give_up_the_last_error_is_thrown()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, context) =>
        {
            await responses.WriteAsync(Told.Sync("r1"));
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        var clock = new PauseClock { Jumps = true };
        var start = clock.GetTimestamp();
        await using var client = Client(daemon, new WatchReconnection { Time = clock, GiveUpAfter = TimeSpan.FromMinutes(1) });

        await using var watch = client.WatchAsync(new WatchRequest(), cancellation).GetAsyncEnumerator(cancellation);
        Assert.True(await watch.MoveNextAsync());
        await daemon.StopAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => watch.MoveNextAsync().AsTask());

        Assert.Equal(ControlPlaneErrorOrigin.Unreachable, ControlPlaneError.From(error).Origin);
        Assert.Equal(TimeSpan.FromMinutes(1), clock.GetElapsedTime(start));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_watch_that_waits_can_be_cancelled()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, _) =>
        {
            await responses.WriteAsync(Told.Sync("r1"));
            throw Refusal.ForNow(TimeSpan.FromHours(1));
        });
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var clock = new PauseClock();
        await using var client = Client(daemon, new WatchReconnection { Time = clock });

        var watching = client.WatchAsync(new WatchRequest(), interruption.Token).ToListAsync(cancellation).AsTask();
        await clock.TimerIsSet.WaitAsync(cancellation);
        await interruption.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_frozen_daemon_is_noticed_and_the_watch_goes_on_over_another_connection()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (request, responses, context) =>
        {
            await responses.WriteAsync(request.ResumeToken.Length == 0 ? Told.Sync("r1") : Told.Bookmark("r2"));
            if (request.ResumeToken.Length == 0)
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        await using var relay = new Relay(daemon.SocketPath);
        var interruptions = new List<WatchInterruption>();
        await using var client = new ControlPlaneClient(relay.Address, new ControlPlaneClientOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(1),
            KeepAliveTimeout = TimeSpan.FromSeconds(1),
            Reconnection = new WatchReconnection { Reconnecting = interruptions.Add },
        });

        var messages = new List<WatchResponse>();
        await foreach (var message in client.WatchAsync(new WatchRequest(), cancellation))
        {
            messages.Add(message);
            if (message.Sync is not null)
                await relay.FreezeAsync();
        }

        Assert.Equal([Told.Sync("r1"), Told.Bookmark("r2")], messages);
        Assert.Equal(ControlPlaneErrorOrigin.Transport, Assert.Single(interruptions).Error.Origin);
    }

    static ControlPlaneClient Client(FakeDaemon daemon, WatchReconnection reconnection) =>
        new(daemon.Address, new ControlPlaneClientOptions { Reconnection = reconnection });

    static async Task DrainAsync(ControlPlaneClient client, CancellationToken cancellationToken) =>
        await client.WatchAsync(new WatchRequest(), cancellationToken).ToListAsync(cancellationToken);
}
