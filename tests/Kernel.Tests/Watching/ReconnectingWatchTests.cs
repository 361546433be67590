using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Kernel.Tests.Recovery;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Watching;

/// <summary>The client library's watch, while everything happens to the daemon that can.</summary>
public class ReconnectingWatchTests
{
    const int SmallBuffer = 1 << 17; // some 320 events
    const int Held = 200;
    const int PerRound = 400;
    const int Rounds = 6;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_watch_is_exact_after_kills_stalls_and_losses_in_a_storm()
    {
        await using var watched = await WatchedLab.CreateAsync(PathManagerKind.Kernel, TimeSpan.FromMilliseconds(200), SmallBuffer);
        await using var crowd = await Crowd.StartAsync(watched.Lab.Client, watched.Lab.Server);
        watched.MakeSecondSubflows();
        var target = watched.Lab.Client.GetPath(1).PeerIPv4;
        await crowd.OpenAsync(Held, target);
        await using var client = new ControlPlaneClient(watched.Daemon.Address);
        await using var watcher = new FoldedStream(client);
        await watcher.SynchroniseAsync();
        await watched.ShouldKnowAllAsync("before the storm");

        await crowd.ChurnAsync(new ChurnOptions(PerSecond: 800, TimeSpan.FromMilliseconds(100)) { AbortedPercent = 20 }, target);
        for (var round = 0; round < Rounds; round++)
        {
            await crowd.OpenAsync(PerRound, target);
            if (round % 2 == 0)
            {
                await watched.Daemon.KillAsync();
                var before = watcher.Synchronisations;
                await crowd.CloseAsync(PerRound / 2);
                await watched.Daemon.StartAgainAsync();
                await watcher.SynchroniseAsync(before);
            }
            else
            {
                // Longer than the buffer lasts.
                watched.Daemon.Process.Pause();
                await crowd.OpenAsync(PerRound, target);
                await crowd.CloseAsync(PerRound + (PerRound / 2));
                watched.Daemon.Process.Resume();
            }
        }

        await crowd.CalmAsync();
        var left = Held + (Rounds * PerRound / 2);
        await watched.AwaitStillnessAsync(left, left);
        await watched.ShouldReconcileAsync("after the storm");
        await LabWait.UntilAsync(
            "the watcher to know what the daemon lists",
            async _ => watcher.Draw().DifferencesFrom(await watched.DrawDaemonAsync()).Count == 0,
            Patience,
            Cancellation);
        foreach (var source in new[] { LossSource.Restart, LossSource.Kernel })
            Assert.Contains(watcher.Losses, lost => lost.Source == source);
        Assert.True(watcher.Differences > 0, "no snapshot was told as a difference");
        Assert.Equal(left, await crowd.CheckAsync());
        await crowd.EndAsync();
    }

    [LabFact]
    public async Task After_a_restart_nothing_is_told_of_what_is_as_it_was()
    {
        await using var watched = await WatchedLab.CreateAsync(PathManagerKind.Kernel);
        await using var crowd = await Crowd.StartAsync(watched.Lab.Client, watched.Lab.Server);
        watched.MakeSecondSubflows();
        await crowd.OpenAsync(Held, watched.Lab.Client.GetPath(1).PeerIPv4);
        await watched.AwaitStillnessAsync(Held, Held);
        // So that the watcher's knowledge is of a daemon that found all of it, as the next one will.
        await watched.Daemon.KillAsync();
        await watched.Daemon.StartAgainAsync();
        await using var client = new ControlPlaneClient(watched.Daemon.Address);
        var ofConnections = new EventFilter { Types_ = { EventType.ConnectionCreated, EventType.ConnectionUpdated, EventType.ConnectionClosed } };
        await using var watch = client.WatchAsync(new WatchRequest { Allow = { ofConnections } }, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.Equal(2 * Held, (await ReadToSyncAsync(watch)).Count);

        await watched.Daemon.KillAsync();
        await crowd.CloseAsync(3);
        await watched.AwaitStillnessAsync(Held - 3, Held - 3);
        await watched.Daemon.StartAgainAsync();

        var told = await ReadToSyncAsync(watch);
        Assert.Equal(6, told.Count);
        Assert.All(told, one => Assert.Equal(
            (EventType.ConnectionClosed, EventOrigin.Reconciled, EventCause.Resume), (one.Type, one.Origin, one.Cause)));
        await crowd.EndAsync();
    }

    static async Task<List<Event>> ReadToSyncAsync(IAsyncEnumerator<WatchResponse> watch)
    {
        var told = new List<Event>();
        while (await watch.MoveNextAsync() && watch.Current.Sync is null)
            told.AddRange(watch.Current.Events?.Events ?? []);
        return told;
    }
}
