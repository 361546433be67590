using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>Events that the kernel had to drop are told as lost, and what they would have told is found out.</summary>
public class OverflowTests
{
    const int SmallestBuffer = 65536; // some 160 events
    const int Held = 300;
    const int Rounds = 10;
    const int PerRound = 500;

    // Without a survey the picture is made of events and of the comparisons after losses alone. What a peer aborts is told by no event.
    [LabTheory]
    [InlineData(0, 3600_000)]
    [InlineData(25, 100)]
    public async Task A_storm_that_overflows_the_event_socket_ends_in_an_exact_picture(int abortedPercent, int surveyMilliseconds)
    {
        await using var watched = await WatchedLab.CreateAsync(
            PathManagerKind.Kernel, TimeSpan.FromMilliseconds(surveyMilliseconds), SmallestBuffer);
        await using var crowd = await Crowd.StartAsync(watched.Lab.Client, watched.Lab.Server);
        watched.MakeSecondSubflows(); // and so more is told of each connection
        var target = watched.Lab.Client.GetPath(1).PeerIPv4;
        await crowd.OpenAsync(Held, target);
        await using var watcher = new FoldedStream(watched.Daemon.Client);
        await watcher.SynchroniseAsync();

        await crowd.ChurnAsync(new ChurnOptions(PerSecond: 1500, TimeSpan.FromMilliseconds(100)) { AbortedPercent = abortedPercent }, target);
        for (var round = 0; round < Rounds; round++)
        {
            // However fast the daemon is, what comes meanwhile is more than the buffer holds.
            watched.Daemon.Process.Pause();
            await crowd.OpenAsync(PerRound, target);
            watched.Daemon.Process.Resume();
            await crowd.OpenAsync(PerRound, target);
            await crowd.CloseAsync(PerRound);
            watched.Daemon.Process.Pause();
            await crowd.CloseAsync(PerRound / 2, abort: abortedPercent > 0);
            watched.Daemon.Process.Resume();
        }

        var passed = await crowd.CalmAsync();
        var left = Held + (Rounds * PerRound / 2);
        await watched.AwaitStillnessAsync(left, left);
        await watched.ShouldKnowAllAsync("after the storm");
        var reconciled = await watched.ShouldReconcileAsync("after the storm and a comparison");
        await watcher.ReachAsync(reconciled.Sequence);

        Assert.True(passed > 100, $"only {passed} connections have come and gone besides");
        Assert.Equal(0u, reconciled.Differences);
        Assert.Contains(watcher.Losses, lost => lost.Source == LossSource.Kernel);
        // A watcher hears of a loss before what it hid is found out, and has that from the snapshot: unless no comparison succeeds for
        // so long that the daemon lets nobody wait for one, and says so.
        var told = watcher.CountOf(EventCause.KernelLoss);
        var log = watched.Daemon.Process.Transcript;
        Assert.True(told == 0 || log.Contains("going on with what it told", StringComparison.Ordinal), $"{told} events tell what a loss hid:\n{log}");
        Assert.Empty(watcher.ToldTwice);
        watcher.Draw().ShouldBe(await watched.DrawDaemonAsync(), "after the storm, in the watcher (here) and in the list (there),");
        Assert.Equal(left, await crowd.CheckAsync());
        await crowd.EndAsync();
    }
}
