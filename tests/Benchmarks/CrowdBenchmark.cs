using System.Diagnostics;
using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>What the daemon makes of very many connections: memory, the way back after a crash, and lists.</summary>
/// <param name="connections">How many.</param>
/// <param name="restarts">How often the daemon is killed and started.</param>
/// <param name="listings">How often everything is listed.</param>
internal sealed class CrowdBenchmark(int connections, int restarts, int listings)
{
    private const double TargetSeconds = 1;
    private const double TargetKilobytes = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The daemon gives memory back that it needed for a moment, some seconds after.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public async Task RunAsync(TextWriter output)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Kernel);
        await using (var crowd = await Crowd.StartAsync(lab.Client, lab.Server))
        {
            await MeasureGrowthAsync(output, lab, crowd);
            await MeasureRestartsAsync(output, lab.Client);
            await ListAsync(output, lab.Client, subflows: connections);
            await crowd.EndAsync();
        }

        await lab.Client.IpAsync("mptcp limits set subflows 2");
        await lab.Server.IpAsync("mptcp limits set subflows 2");
        await lab.Client.IpAsync($"mptcp endpoint add {lab.Client.GetPath(2).IPv4} subflow");
        await using (var crowd = await Crowd.StartAsync(lab.Client, lab.Server))
        {
            await crowd.OpenAsync(connections, lab.Client.GetPath(1).PeerIPv4);
            await ListAsync(output, lab.Client, subflows: 2 * connections);
            await crowd.EndAsync();
        }
    }

    private async Task MeasureGrowthAsync(TextWriter output, NetworkLab lab, Crowd crowd)
    {
        await using var daemon = await NativeDaemon.StartAsync(lab.Client);
        var idle = await ReadAtRestAsync(daemon);
        var moment = Stopwatch.GetTimestamp();
        await crowd.OpenAsync(connections, lab.Client.GetPath(1).PeerIPv4);
        var opened = Stopwatch.GetElapsedTime(moment);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"memory for {connections:N0} connections that came while it ran, {connections / opened.TotalSeconds:N0} in a second, with a subflow each"));
        await MeasureMemoryAsync(output, daemon, idle);
    }

    private async Task MeasureRestartsAsync(TextWriter output, LabHost host)
    {
        var (listed, watched) = (new List<double>(), new List<double>());
        for (var run = 0; run < restarts; run++)
        {
            await using (var daemon = NativeDaemon.StartUnasked(host))
            {
                await AwaitAsync(() => CountListedAsync(daemon));
                listed.Add(Stopwatch.GetElapsedTime(daemon.Started).TotalSeconds);
            }

            await using (var daemon = NativeDaemon.StartUnasked(host))
            {
                await AwaitAsync(() => CountWatchedAsync(daemon));
                watched.Add(Stopwatch.GetElapsedTime(daemon.Started).TotalSeconds);
            }
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"start of mptcp-controld on a host with {connections:N0} connections, with a subflow each, {restarts} runs of each"));
        await output.WriteLineAsync(Figures.Line("until all have been listed", listed, "s", TargetSeconds, "0.00"));
        await output.WriteLineAsync(Figures.Line("until a watcher has all of them", watched, "s", TargetSeconds, "0.00"));

        long idle;
        await using (var lab = await NetworkLab.CreateAsync(paths: 1))
        await using (var daemon = await NativeDaemon.StartAsync(lab.Client))
            idle = await ReadAtRestAsync(daemon);
        await using (var daemon = await NativeDaemon.StartAsync(host))
            await MeasureMemoryAsync(output, daemon, idle);
    }

    /// <summary>Measures what a daemon holds that has found so many connections, and has been asked for none of them.</summary>
    private async Task MeasureMemoryAsync(TextWriter output, NativeDaemon daemon, long idle)
    {
        var rested = await ReadAtRestAsync(daemon);
        var known = await CountListedAsync(daemon);
        if (known != connections)
            throw new InvalidOperationException($"the daemon knows {known} connections of {connections}, {Rest.TotalSeconds} s after they came");
        var asked = await ReadAtRestAsync(daemon);
        await output.WriteLineAsync(Figures.Line("resident without any connection", idle / 1e6, "MB"));
        await output.WriteLineAsync(Figures.Line("resident with them", rested / 1e6, "MB"));
        await output.WriteLineAsync(Figures.Line("more for each", (rested - idle) / 1024.0 / connections, "KB", TargetKilobytes, "0.00"));
        await output.WriteLineAsync(Figures.Line("more for each, after they were listed", (asked - idle) / 1024.0 / connections, "KB", format: "0.00"));
    }

    private static async Task<long> ReadAtRestAsync(NativeDaemon daemon)
    {
        await Task.Delay(Rest);
        return daemon.ReadResidentMemory();
    }

    private async Task ListAsync(TextWriter output, LabHost host, int subflows)
    {
        await using var daemon = await NativeDaemon.StartAsync(host);
        await AwaitAsync(() => CountListedAsync(daemon));
        new ListingBenchmark(listings).Run(output, host, daemon.Address, connections, subflows);
    }

    private async Task AwaitAsync(Func<Task<int>> count)
    {
        var start = Stopwatch.GetTimestamp();
        while (await count() is var known && known != connections)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"the daemon knows {known} connections of {connections}");
        }
    }

    private static async Task<int> CountListedAsync(NativeDaemon daemon)
    {
        var count = 0;
        var request = new ListConnectionsRequest { PageSize = 1000 };
        do
        {
            var page = await daemon.Client.Connections.ListConnectionsAsync(request);
            count += page.Connections.Count;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return count;
    }

    private static async Task<int> CountWatchedAsync(NativeDaemon daemon)
    {
        var count = 0;
        var request = new WatchRequest
        {
            Mode = WatchMode.SnapshotOnly,
            Allow = { new EventFilter { Types_ = { EventType.ConnectionSnapshot } } }, // and not the host's interfaces
        };
        await foreach (var message in daemon.Client.WatchAsync(request))
            count += message.Events?.Events.Count ?? 0;
        return count;
    }
}
