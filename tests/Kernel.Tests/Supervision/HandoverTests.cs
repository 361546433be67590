using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Supervision;

/// <summary>A daemon is replaced, and the kernel finds somebody who listens all the time.</summary>
public class HandoverTests
{
    const int Connections = 10;
    const int Restarts = 10;
    const string Self = "self";
    const string Resumed = "going on with the event socket that the service manager kept";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Ten_restarts_under_incoming_joins_refuse_none_and_leave_no_gap_unmarked()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Userspace, Cancellation);
        lab.Client.SetSysctl("net.mptcp.pm_type", "0");
        using var client = new PicturedHost("client", lab.Client.NamespacePath);
        using var server = new PicturedHost(Self, lab.Server.NamespacePath);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server, Surveying);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);
        await crowd.OpenAsync(Connections, lab.Client.GetPath(1).PeerIPv4);
        using var watching = new ControlPlaneClient(daemon.Address);
        await using var watcher = new FoldedStream(watching);
        await watcher.SynchroniseAsync();
        await using var storm = new JoinStorm(client, lab.Client, Connections);
        await storm.WholeRoundAsync("before the first restart");

        for (var restart = 1; restart <= Restarts; restart++)
        {
            var before = watcher.Synchronisations;
            await daemon.EndAsync(kill: restart % 3 == 0);
            Assert.Single(daemon.Supervisor.Kept);
            await storm.WholeRoundAsync($"while no daemon runs, for the {restart}. time");
            await daemon.StartAsync();
            await watcher.SynchroniseAsync(before);
            Assert.Contains(Resumed, daemon.Process.Transcript, StringComparison.Ordinal);
            Assert.DoesNotContain("dropped events", daemon.Process.Transcript, StringComparison.Ordinal);
            await storm.WholeRoundAsync($"after the {restart}. restart");
        }

        await storm.StopAsync();
        await LabWait.UntilAsync("the server to have all subflows", () => server.ListSubflows().Count == 2 * Connections, Patience, Cancellation);
        var kernel = new Picture();
        server.DrawInto(kernel);
        await LabWait.UntilAsync(
            "the daemon to know what the kernel shows", async _ => (await daemon.Client.DrawAsync(Cancellation)).DifferencesFrom(kernel).Count == 0, Patience, Cancellation);
        await LabWait.UntilAsync(
            "the watcher to know what the daemon lists",
            async _ => watcher.Draw().DifferencesFrom(await daemon.Client.DrawAsync(Cancellation)).Count == 0,
            Patience,
            Cancellation);
        Assert.Equal(Restarts, watcher.Losses.Count(lost => lost.Source == LossSource.Restart));
        Assert.DoesNotContain(watcher.Losses, lost => lost.Source == LossSource.Kernel);
        var counters = MibCounters.Read(lab.Server);
        Assert.Equal(0, counters["MPJoinRejected"]);
        Assert.Equal((storm.Rounds + 1) * Connections, counters["MPJoinAckRx"]);
        Assert.Equal(Connections, await crowd.CheckAsync());
        await crowd.EndAsync();
    }

    [LabFact]
    public async Task What_overflowed_while_no_daemon_ran_is_noticed_and_made_up_for()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Userspace, Cancellation);
        using var server = new PicturedHost(Self, lab.Server.NamespacePath);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server, """{ "events": { "receiveBufferBytes": 65536 } }""");
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);

        await daemon.EndAsync();
        await crowd.OpenAsync(1000, lab.Client.GetPath(1).PeerIPv4);
        await daemon.StartAsync();

        Assert.Contains("the kernel dropped events; comparing with its sockets", daemon.Process.Transcript, StringComparison.Ordinal);
        var kernel = new Picture();
        server.DrawInto(kernel);
        (await daemon.Client.DrawAsync(Cancellation)).ShouldBe(kernel, "after the restart");
        await crowd.EndAsync();
    }

    // The kernel tells of what a peer announces, and shows it to nobody afterwards.
    [LabFact]
    public async Task What_happened_while_no_daemon_ran_is_heard()
    {
        const byte Id = 5;
        await using var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Userspace, Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server, Surveying);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        using var client = new PicturedHost("client", lab.Client.NamespacePath);

        await daemon.EndAsync();
        client.PathManager.Announce(pair.Client.Token, new Native.PathManagement.Endpoint(lab.Client.GetPath(2).IPv4) { Id = Id });
        await LabWait.UntilAsync("the server to hear of the address", () => MibCounters.Read(lab.Server)["AddAddr"] == 1, Patience, Cancellation);
        await daemon.StartAsync();

        var known = await daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = pair.Server.Token }, cancellationToken: Cancellation);
        var announced = Assert.Single(known.Connection.RemoteAddresses);
        Assert.Equal((Id, lab.Client.GetPath(2).IPv4.ToString()), ((byte)announced.Id, announced.Address.Address));
    }

    // Nothing is to be found by looking but what a comparison at the start shows.
    static string Surveying => """{ "connections": { "surveyIntervalMilliseconds": 3600000 } }""";
}
