using System.Globalization;
using System.Net;
using Mptcp.ControlPlane.Benchmarks.Paths.Managers;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>
/// How long a connection waits for its second subflow, by the kernel's times of its packets: with the daemon and a policy, next to a C
/// program that does nothing else, and to what else can do it. They take turns, so that what the machine does besides slows all of them.
/// </summary>
/// <param name="rounds">How many turns each has.</param>
/// <param name="connections">How many connections each turn, one after the other.</param>
internal sealed class PathsBenchmark(int rounds, int connections)
{
    private const double TargetRatioOfMedian = 1.1;
    private const double TargetRatioOfTail = 1.5;
    private const double Tail = 0.99;

    private const int PacketsPerConnection = 40;

    // Enough for a subflow, so that one connection's is made before the next one comes.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    // Enough for the end of all connections of a turn.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private static readonly byte[] Greeting = [1];

    public async Task RunAsync(TextWriter output)
    {
        await using var yardstick = await Turns.StartAsync(new MinimalPathManager());
        await using var daemon = await Turns.StartAsync(new PolicyPathManager());
        await using var kernel = await Turns.StartAsync(new KernelPathManager());
        await using var mptcpd = MptcpdPathManager.IsInstalled ? await Turns.StartAsync(new MptcpdPathManager()) : null;
        Turns[] all = mptcpd is null ? [yardstick, daemon, kernel] : [yardstick, daemon, kernel, mptcpd];
        for (var round = -1; round < rounds; round++)
        {
            foreach (var turns in all)
            {
                var delays = await MeasureAsync(turns.Hosts);
                if (round >= 0) // In the first, programs are still slow.
                    turns.Delays.Add(delays);
            }
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"from the packet that establishes a connection to the SYN of its second subflow, {rounds} rounds of {connections} connections, in turn"));
        foreach (var turns in all)
        {
            await output.WriteLineAsync($"  {turns.Hosts.Manager.Name}");
            await output.WriteLineAsync(Figures.Line("  median", turns.Quantiles(0.5), "µs"));
            await output.WriteLineAsync(Figures.Line("  99 of 100", turns.Quantiles(Tail), "µs"));
        }

        if (mptcpd is null)
            await output.WriteLineAsync("  mptcpd is not installed here (Debian: mptcpd, mptcpd-plugins)");
        await output.WriteLineAsync(Figures.Line("daemon's median, of the C program's", Ratios(daemon, yardstick, 0.5), "", TargetRatioOfMedian, "0.00"));
        await output.WriteLineAsync(Figures.Line("daemon's 99 of 100, of the C program's", Ratios(daemon, yardstick, Tail), "", TargetRatioOfTail, "0.00"));
    }

    private static List<double> Ratios(Turns one, Turns other, double share)
        => [.. one.Quantiles(share).Zip(other.Quantiles(share), (own, others) => own / others)];

    private async Task<List<double>> MeasureAsync(PathHosts hosts)
    {
        var made = new List<MptcpConnection>();
        try
        {
            // Nobody accepts the connections, who would take the processors at the moment that is measured: the kernel answers for itself.
            using var listener = MptcpListener.Open(
                hosts.Lab.Server, new IPEndPoint(IPAddress.Any, 0), new ListenOptions { Backlog = 2 * connections });
            using var capture = PacketCapture.Start(hosts.Lab.Client, connections * PacketsPerConnection);
            var target = new IPEndPoint(hosts.Lab.Client.GetPath(1).PeerIPv4, listener.EndPoint.Port);
            for (var i = 0; i < connections; i++)
            {
                made.Add(await MptcpConnection.OpenAsync(hosts.Lab.Client, target));
                await made[i].SendAsync(Greeting);
                await Task.Delay(Pause);
            }

            List<double> delays = [];
            await LabWait.UntilAsync(
                $"a second subflow of each connection, by {hosts.Manager.Name}",
                () => (delays = JoinDelays.Read(capture.Read())).Count == connections);
            return delays;
        }
        finally
        {
            made.ForEach(connection => connection.Dispose());
            await Task.Delay(Rest);
        }
    }

    /// <summary>The turns of one path manager.</summary>
    private sealed class Turns : IAsyncDisposable
    {
        private Turns(PathHosts hosts) => Hosts = hosts;

        public PathHosts Hosts { get; }

        public List<List<double>> Delays { get; } = [];

        public static async Task<Turns> StartAsync(IPathManager manager) => new(await PathHosts.StartAsync(manager));

        public List<double> Quantiles(double share) => Delays.ConvertAll(delays => Quantile([.. delays.Order()], share));

        public ValueTask DisposeAsync() => Hosts.DisposeAsync();

        private static double Quantile(double[] ordered, double share) => ordered[(int)(share * (ordered.Length - 1))];
    }
}
