using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>The kernel takes a subflow that is reset out of its tables first, and tells of that, with the reason, a little later.</summary>
public class ResetTests
{
    const int Held = 300;
    const int AtOnce = 10;
    const uint ConnectionAborted = 103;
    const uint ConnectionReset = 104;

    [LabFact]
    public async Task Subflows_that_are_reset_while_the_daemon_compares_are_told_once_and_with_the_reason()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var watched = await WatchedLab.CreateAsync(PathManagerKind.Kernel);
        watched.MakeSecondSubflows();
        await using var crowd = await Crowd.StartAsync(watched.Lab.Client, watched.Lab.Server);
        await crowd.OpenAsync(Held, watched.Lab.Client.GetPath(1).PeerIPv4);
        await watched.AwaitStillnessAsync(Held, Held);
        await watched.ShouldKnowAllAsync("before the resets");
        await watched.ShouldReconcileAsync("before the resets");
        var doomed = watched.Client.ListSubflows().Where(socket => (socket.Subflow!.Flags & SubflowFlags.LocalJoin) != 0).ToList();
        Assert.Equal(Held, doomed.Count);
        await using var folded = new FoldedStream(watched.Daemon.Client);
        await folded.SynchroniseAsync();
        await using var watch = await WatchProbe.StartAsync(watched.Daemon.Client, new WatchRequest { Mode = WatchMode.FollowOnly });

        var differences = 0u;
        foreach (var few in doomed.Chunk(AtOnce))
        {
            // Some are reset before the daemon lists its sockets, some meanwhile, some after.
            var resetting = Task.Run(() => Array.ForEach(few, watched.Client.Reset), cancellation);
            differences += (await watched.Daemon.Client.Connections.ReconcileConnectionsAsync(
                new ReconcileConnectionsRequest(), cancellationToken: cancellation)).Differences;
            await resetting;
        }

        await LabWait.UntilAsync(
            "the ends of all subflows",
            () => watch.Events.Count(told => told.Type == EventType.SubflowClosed) >= 2 * Held,
            TimeSpan.FromSeconds(20),
            cancellation);
        var last = await watched.ShouldReconcileAsync("after the resets");
        await folded.ReachAsync(last.Sequence);

        var ends = watch.Events.Where(told => told.Type == EventType.SubflowClosed).ToList();
        Assert.Equal(2 * Held, ends.Count);
        Assert.All(ends, told => Assert.Equal(EventOrigin.Kernel, told.Origin));
        Assert.All(ends, told => Assert.Equal(told.Namespace == ServedLab.ClientName ? ConnectionAborted : ConnectionReset, told.Subflow.Error));
        Assert.Empty(folded.ToldTwice);
        Assert.Equal((0u, 0u), (differences, last.Differences));
        Assert.Equal(Held, await crowd.CheckAsync());
        await crowd.EndAsync();
    }
}
