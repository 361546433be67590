using System.Globalization;
using Mptcp.ControlPlane.Benchmarks.Paths.Managers;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>
/// How long a connection waits for its second subflow, by the kernel's times of its packets: with the daemon, next to a C program that
/// does nothing else, and to what else can do it. They take turns, so that what the machine does besides slows all of them.
/// </summary>
/// <param name="daemon">The daemon, and who decides.</param>
/// <param name="others">What is shown beside it.</param>
/// <param name="targets">What the daemon is to be.</param>
/// <param name="silence">How long the application says nothing after its connection is there: the client's kernel takes it for established with
/// the answer to the first data, which on a path comes a round trip later, and between two namespaces at once.</param>
/// <param name="blocks">Whether the application is one thread that waits for each of its calls.</param>
/// <param name="rounds">How many turns each has.</param>
/// <param name="connections">How many connections each turn, one after the other.</param>
internal sealed class PathsBenchmark(IPathManager daemon, IPathManager[] others, PathsTargets targets, TimeSpan silence, bool blocks, int rounds, int connections)
{
    private const double Tail = 0.99;

    public async Task RunAsync(TextWriter output)
    {
        var all = new List<Turns>();
        try
        {
            foreach (var manager in (IPathManager[])[new MinimalPathManager(), daemon, .. others])
                all.Add(await Turns.StartAsync(manager));
            await MeasureAsync(all);
            Write(output, all);
        }
        finally
        {
            foreach (var turns in all)
                await turns.DisposeAsync();
        }
    }

    private async Task MeasureAsync(List<Turns> all)
    {
        for (var round = -1; round < rounds; round++)
        {
            foreach (var turns in all)
            {
                var delays = await JoinRun.MeasureAsync(turns.Hosts, connections, silence, blocks);
                if (round >= 0) // In the first, programs are still slow.
                    turns.Delays.Add(delays);
            }
        }
    }

    private void Write(TextWriter output, List<Turns> all)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"from the packet that establishes a connection{(silence > TimeSpan.Zero ? $" {silence.TotalMilliseconds} ms after it began" : "")} to the SYN of its second subflow{(blocks ? ", of an application of one thread" : "")}, {rounds} rounds of {connections} connections, in turn"));
        var (yardstick, own) = (all[0], all[1]);
        foreach (var turns in all)
        {
            output.WriteLine($"  {turns.Hosts.Manager.Name}");
            output.WriteLine(Figures.Line("  median", turns.Quantiles(0.5), "µs"));
            output.WriteLine(Figures.Line("  99 of 100", turns.Quantiles(Tail), "µs", turns == own ? targets.Tail : null));
        }

        output.WriteLine(Figures.Line("daemon's median, of the C program's", Ratios(own, yardstick, 0.5), "", targets.RatioOfMedian, "0.00"));
        output.WriteLine(Figures.Line("daemon's 99 of 100, of the C program's", Ratios(own, yardstick, Tail), "", targets.RatioOfTail, "0.00"));
    }

    private static List<double> Ratios(Turns one, Turns other, double share)
        => [.. one.Quantiles(share).Zip(other.Quantiles(share), (own, others) => own / others)];

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
