using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>The long storms of <c>make soak</c>: MPTCP_SOAK_MINUTES says how long each takes, 5 minutes when it does not.</summary>
public class SoakTests
{
    const int Held = 3_000;
    const int CommandsPerRound = 200;

    static readonly TimeSpan Longest = TimeSpan.FromMinutes(double.Parse(
        Environment.GetEnvironmentVariable("MPTCP_SOAK_MINUTES") ?? "5", CultureInfo.InvariantCulture));

    readonly Random _random = Seed.NewRandom();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Connections come, go and are aborted, subflows are made, changed and destroyed behind the daemon's back, and the daemon is killed, or
    /// stands still until the kernel drops events. After every round its picture, and that of a watcher, must be the kernel's.
    /// </summary>
    [LabFact(Explicit = true)]
    public async Task Storms_of_everything_end_in_an_exact_picture_every_time()
    {
        await using var watched = await WatchedLab.CreateAsync(surveyInterval: TimeSpan.FromSeconds(1), eventBuffer: 1 << 18);
        await using var crowd = await Crowd.StartAsync(watched.Lab.Client, watched.Lab.Server, new CrowdOptions { Ports = 16 });
        var target = watched.Lab.Client.GetPath(1).PeerIPv4;
        await crowd.OpenAsync(Held, target);
        await crowd.FlowAsync(Held / 10);
        var connections = await crowd.ListClientAsync();
        var (rounds, kills, passed, start) = (0, 0, 0L, Stopwatch.GetTimestamp());
        var memory = new List<long>();
        while (Stopwatch.GetElapsedTime(start) < Longest)
        {
            rounds++;
            await using (var watcher = new FoldedStream(watched.Daemon.Client))
            {
                await watcher.SynchroniseAsync();
                await crowd.ChurnAsync(
                    new ChurnOptions(PerSecond: _random.Next(100, 3000), TimeSpan.FromMilliseconds(_random.Next(1, 500))) { AbortedPercent = _random.Next(50) },
                    target);
                Command(watched, connections);
                var killed = await DisturbAsync(watched.Daemon);
                kills += killed ? 1 : 0;
                Command(watched, connections);
                passed += await crowd.CalmAsync();
                await watched.AwaitStillnessAsync(Held, Held);
                // Of backup flags that others set there is no event, and none of what a peer aborts.
                await watched.ShouldReconcileAsync($"after {rounds} rounds");
                var reconciled = await watched.ShouldReconcileAsync($"after {rounds} rounds and another comparison");
                Assert.Equal(0u, reconciled.Differences);
                if (killed)
                    continue;
                await watcher.ReachAsync(reconciled.Sequence);
                watcher.Draw().ShouldBe(await watched.DrawDaemonAsync(), $"after {rounds} rounds, in a watcher (here) and in the list (there),");
            }

            memory.Add(watched.Daemon.ReadResidentMemory());
        }

        Assert.Equal(Held, await crowd.CheckAsync());
        TestContext.Current.SendDiagnosticMessage(
            $"{rounds} rounds with {kills} kills, {passed} connections besides {Held}; resident {memory[0] >> 20} MB first, {memory[^1] >> 20} MB last, {memory.Max() >> 20} MB most");
        await crowd.EndAsync();
    }

    /// <summary>The kernel looks for a token that nobody has in all namespaces together: one has 60,000 here, and none comes again in the other.</summary>
    [LabFact(Explicit = true)]
    public async Task No_token_is_given_out_in_two_namespaces_at_once()
    {
        const int Tried = 300_000, PerCrowd = 15_000;
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var one = new PicturedHost("one", lab.Client.NamespacePath);
        using var other = new PicturedHost("other", lab.Server.NamespacePath);
        await using var first = await OpenAsync(lab.Client, PerCrowd);
        await using var second = await OpenAsync(lab.Client, PerCrowd);
        var tokens = one.ListTokens().ToHashSet();
        Assert.True(tokens.Count > 3 * PerCrowd);

        var (tried, common) = (0, 0);
        while (tried < 2 * Tried)
        {
            await using var batch = await OpenAsync(lab.Server, PerCrowd);
            var others = other.ListTokens();
            tried += others.Count;
            common += others.Count(tokens.Contains);
        }

        // Of random ones some eight would be.
        Assert.Equal(0, common);
    }

    static async Task<Crowd> OpenAsync(LabHost host, int count)
    {
        host.SetSysctl("net.core.somaxconn", "65535");
        var crowd = await Crowd.StartAsync(host, host, new CrowdOptions { Service = CrowdService.Park });
        await crowd.OpenAsync(count, host.GetPath(1).IPv4, greet: false);
        return crowd;
    }

    async Task<bool> DisturbAsync(DaemonProcess daemon)
    {
        // Not to wait for anything: the moments are what is tested.
        await Task.Delay(_random.Next(500), Cancellation);
        var kill = _random.Next(3) == 0;
        if (kill)
        {
            await daemon.KillAsync();
            await daemon.StartAgainAsync();
        }
        else
        {
            daemon.Process.Pause();
            await Task.Delay(_random.Next(1000), Cancellation);
            daemon.Process.Resume();
        }

        await Task.Delay(_random.Next(1000), Cancellation);
        return kill;
    }

    /// <summary>Makes, changes and destroys subflows of random connections, as another program would.</summary>
    void Command(WatchedLab watched, IReadOnlyList<CrowdConnection> connections)
    {
        var joined = watched.Client.ListSubflows()
            .Where(subflow => subflow.Subflow!.Flags.HasFlag(SubflowFlags.LocalJoin) && subflow.State == SocketState.Established)
            .ToList();
        for (var i = 0; i < CommandsPerRound; i++)
        {
            var connection = connections[_random.Next(connections.Count)];
            try
            {
                if (joined.Count > 0 && _random.Next(2) == 0)
                    Change(watched.Client.PathManager, joined[_random.Next(joined.Count)]);
                else
                    Join(watched, connection);
            }
            catch (KernelRefusedException)
            {
                // It has the address under another id, or the subflow is gone: as good as anything else.
            }
        }
    }

    void Change(PathManager paths, TcpSocket subflow)
    {
        var ends = new SubflowAddresses(subflow.Local, subflow.Remote);
        if (_random.Next(2) == 0)
            paths.DestroySubflow(subflow.Subflow!.LocalToken, ends);
        else
            paths.SetSubflowBackup(subflow.Subflow!.LocalToken, ends, backup: _random.Next(2) == 0);
    }

    void Join(WatchedLab watched, CrowdConnection connection)
    {
        var path = watched.Lab.Client.GetPath(_random.Next(2, 4));
        var local = new Endpoint(path.IPv4) { Id = (byte)path.Number, Flags = _random.Next(2) == 0 ? EndpointFlags.Backup : EndpointFlags.None };
        watched.Client.PathManager.CreateSubflow(
            new SubflowRequest(connection.Token, local, new IPEndPoint(path.PeerIPv4, connection.Remote.Port)));
    }
}
