using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>A daemon that starts knows what the one before it knew.</summary>
public class RestartTests
{
    [LabFact]
    public async Task What_is_known_of_200_mixed_connections_is_the_same_after_a_kill_and_a_restart()
    {
        await using var watched = await WatchedLab.CreateAsync();
        await using var mixed = await MixedCrowd.CreateAsync(watched);
        // Of fallbacks, and of backup flags that others set, there is no event.
        await watched.ShouldReconcileAsync("before the kill");
        var before = await watched.DrawDaemonAsync();
        AssertMixed(before);

        await watched.Daemon.KillAsync();
        await watched.Daemon.StartAgainAsync();
        var after = await watched.DrawDaemonAsync();

        after.ShouldBe(before, "after the restart (here) and before it (there)");
        after.ShouldBe(watched.DrawKernel(), "after the restart");
        await mixed.CheckAsync();
    }

    [LabFact]
    public async Task Who_holds_connections_is_known_again_after_a_restart()
    {
        await using var watched = await WatchedLab.CreateAsync(surveyInterval: TimeSpan.FromMilliseconds(100));
        await using var crowd = await Crowd.StartAsync(watched.Lab.Client, watched.Lab.Server);
        await crowd.OpenAsync(20, watched.Lab.Client.GetPath(1).PeerIPv4);

        await watched.Daemon.KillAsync();
        await watched.Daemon.StartAgainAsync();

        var owners = new[] { (ServedLab.ClientName, crowd.ClientId, "Crowd"), (ServedLab.ServerName, crowd.ServerId, "Crowd") };
        await LabWait.UntilAsync(
            "the daemon to know who holds each connection",
            async token =>
            {
                var known = await watched.Daemon.Client.Connections.ListConnectionsAsync(new ListConnectionsRequest(), cancellationToken: token);
                return owners.SequenceEqual(known.Connections.Select(one => (one.Namespace, (int)one.Owner.Pid, one.Owner.Command)).Distinct().Order());
            });
    }

    // What the comparison compares, so that it cannot come to compare nothing.
    static void AssertMixed(Picture picture)
    {
        Assert.Equal(MixedCrowd.ClientEnds + MixedCrowd.ServerEnds, picture.Count);
        Assert.Equal(200, MixedCrowd.ClientEnds);
        foreach (var state in new[] { ConnectionState.Created, ConnectionState.Established, ConnectionState.Fallback, ConnectionState.Orphaned })
            Assert.True(picture.CountOf("state", state) > 0, $"no connection is {state}");
        foreach (var side in new[] { true, false })
            Assert.True(picture.CountOf("server_side", side) > 100);
        foreach (var pathManager in new[] { PathManagerType.Kernel, PathManagerType.Userspace })
            Assert.True(picture.CountOf("path_manager", pathManager) > 50);
        foreach (var subflows in new[] { 0, 1, 2, 3 })
            Assert.True(picture.CountOf("subflows", subflows) > 5, $"hardly a connection has {subflows} subflows");
        Assert.True(picture.CountOfFields(field => field.EndsWith("_backup", StringComparison.Ordinal), "True") > 100);
        Assert.True(picture.CountOfFields(field => field.StartsWith("local address ", StringComparison.Ordinal), value: null) > 50);
    }
}
