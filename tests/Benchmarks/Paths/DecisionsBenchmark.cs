using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mptcp.ControlPlane.Benchmarks.Paths.Managers;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>
/// How many decisions a second a remote controller makes of the daemon's connections, and how much of a processor the daemon takes for
/// them. A host with many connections loses the address of its second path and gets it back: each time the controller is asked about every
/// connection, and ends its second subflow, or makes it.
/// </summary>
/// <param name="connections">How many connections there are.</param>
/// <param name="rounds">How often the address goes, and comes back.</param>
internal sealed class DecisionsBenchmark(int connections, int rounds)
{
    private const double TargetPerSecond = 2_000;
    private static readonly byte[] Greeting = [1];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task RunAsync(TextWriter output)
    {
        var manager = new DelegatingPathManager();
        await using var hosts = await PathHosts.StartAsync(manager);
        var (perSecond, perProcessorSecond) = (new List<double>(), new List<double>());
        var made = new List<MptcpConnection>();
        try
        {
            using var listener = MptcpListener.Open(
                hosts.Lab.Server, new IPEndPoint(IPAddress.Any, 0), new ListenOptions { Backlog = 2 * connections });
            var target = new IPEndPoint(hosts.Lab.Client.GetPath(1).PeerIPv4, listener.EndPoint.Port);
            for (var i = 0; i < connections; i++)
            {
                made.Add(await MptcpConnection.OpenAsync(hosts.Lab.Client, target));
                await made[i].SendAsync(Greeting);
            }

            await WaitForAsync(manager, (ulong)connections, subflows: connections);
            for (var round = -2; round < rounds; round++)
            {
                var (speed, economy) = await FlapAsync(manager, hosts);
                if (round < 0)
                    continue; // Programs are slow at first.
                perSecond.Add(speed);
                perProcessorSecond.Add(economy);
            }
        }
        finally
        {
            made.ForEach(connection => connection.Dispose());
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{connections:N0} connections lose an address and get it back, {rounds} times, each time decided about by a remote controller"));
        output.WriteLine(Figures.Line("decisions a second", perSecond, "", Target.AtLeast(TargetPerSecond), "N0"));
        output.WriteLine(Figures.Line("decisions in a second of a processor", perProcessorSecond, "", Target.AtLeast(TargetPerSecond), "N0"));
    }

    private async Task<(double PerSecond, double PerProcessorSecond)> FlapAsync(DelegatingPathManager manager, PathHosts hosts)
    {
        var path = hosts.Lab.Client.GetPath(2);
        var before = await manager.ReadDecisionsAsync();
        var (time, start) = (manager.ProcessorTime!.Value, Stopwatch.GetTimestamp());
        await hosts.Lab.Client.IpAsync($"address delete {path.IPv4}/24 dev {path.InterfaceName}");
        await WaitForAsync(manager, before + (ulong)connections, subflows: 0);
        await hosts.Lab.Client.IpAsync($"address add {path.IPv4}/24 dev {path.InterfaceName}");
        await WaitForAsync(manager, before + (2 * (ulong)connections), connections);
        double decisions = await manager.ReadDecisionsAsync() - before;
        return (decisions / Stopwatch.GetElapsedTime(start).TotalSeconds, decisions / (manager.ProcessorTime!.Value - time).TotalSeconds);
    }

    private static Task WaitForAsync(DelegatingPathManager manager, ulong decisions, int subflows) => LabWait.UntilAsync(
        $"{decisions} decisions, and {subflows} subflows of controllers",
        async _ =>
        {
            var role = await manager.ReadRoleAsync();
            return role.Subflows == subflows && role.Sessions.Single().Figures is { DecisionsWaiting: 0 } figures && figures.DecisionsMade >= decisions;
        },
        Patience);
}
