using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>The daemon may die at any moment, and knows everything again when it is back.</summary>
public class KillTests
{
    const int Held = 200;
    const int Rounds = 25;

    [LabTheory]
    [InlineData(PathManagerKind.Userspace)]
    [InlineData(PathManagerKind.Kernel)] // every connection has two subflows then
    public async Task After_being_killed_at_random_moments_of_a_storm_the_daemon_knows_everything_and_no_connection_is_dropped(PathManagerKind pathManager)
    {
        await using var watched = await WatchedLab.CreateAsync(pathManager);
        if (pathManager == PathManagerKind.Kernel)
            watched.MakeSecondSubflows();
        await using var crowd = await Crowd.StartAsync(watched.Lab.Client, watched.Lab.Server);
        var (target, target6) = (watched.Lab.Client.GetPath(1).PeerIPv4, watched.Lab.Client.GetPath(2).PeerIPv6);
        await crowd.OpenAsync(Held / 2, target);
        await crowd.OpenAsync(Held / 2, target6);
        var random = Seed.NewRandom();
        for (var round = 1; round <= Rounds; round++)
        {
            await crowd.ChurnAsync(new ChurnOptions(PerSecond: 1000, TimeSpan.FromMilliseconds(50)), round % 2 == 0 ? target : target6);
            // Not to wait for anything: the moment is what is tested.
            await Task.Delay(random.Next(150), TestContext.Current.CancellationToken);
            await watched.Daemon.KillAsync();
            await watched.Daemon.StartAgainAsync();
            await using var watcher = new FoldedStream(watched.Daemon.Client);
            await crowd.CalmAsync();
            await watched.AwaitStillnessAsync(Held, Held);
            await watched.ShouldKnowAllAsync($"after being killed for the {round}. time");
            Assert.Empty(watcher.ToldTwice);
        }

        Assert.Equal(Held, await crowd.CheckAsync());
        await crowd.EndAsync();
    }
}
