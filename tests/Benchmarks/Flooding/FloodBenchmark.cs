using System.Diagnostics;
using System.Globalization;
using Mptcp.ControlPlane.Benchmarks.Paths;
using Mptcp.ControlPlane.Benchmarks.Paths.Managers;

namespace Mptcp.ControlPlane.Benchmarks.Flooding;

/// <summary>
/// How much longer connections wait for their second subflow, which a policy of the daemon gives them, while a hostile client in a process of
/// its own floods the daemon. All kinds of flood take turns with none. Beside the daemon the minimal path manager gives others their second
/// subflow, in the same turn: nobody floods it, and it lacks the processors as much.
/// </summary>
/// <param name="rounds">How many turns each has.</param>
/// <param name="connections">How many connections each turn.</param>
internal sealed class FloodBenchmark(int rounds, int connections)
{
    private const double TargetOfMedian = 2;
    private const double TargetOfTail = 5;
    private const double Tail = 0.99;

    // Until the flood is at its height.
    private static readonly TimeSpan Rise = TimeSpan.FromMilliseconds(300);

    private readonly Dictionary<FloodKind, List<Turn>> _turns = Enum.GetValues<FloodKind>().ToDictionary(kind => kind, _ => new List<Turn>());

    public async Task RunAsync(TextWriter output)
    {
        var manager = new PolicyPathManager();
        await using var hosts = await PathHosts.StartAsync(manager);
        await using var others = await PathHosts.StartAsync(new MinimalPathManager());
        await using var hostile = FloodProcess.Start(manager.Address);
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (kind, turns) in _turns)
            {
                await hostile.ChangeAsync(kind);
                await Task.Delay(Rise);
                var start = Stopwatch.GetTimestamp();
                var flooded = await MeasureAsync(hosts);
                var spared = await MeasureAsync(others);
                var seconds = (Stopwatch.GetElapsedTime(start) + Rise).TotalSeconds;
                var done = await hostile.ChangeAsync(FloodKind.None);
                if (round >= 0) // In the first, programs are still slow.
                    turns.Add(new Turn(flooded, spared, done / seconds));
            }
        }

        await output.WriteLineAsync($"from the packet that establishes a connection to the SYN of its second subflow, while a client floods the daemon, {rounds} rounds of {connections} connections, in turn with the minimal path manager's");
        foreach (var (kind, turns) in _turns)
            Write(output, kind, turns);
    }

    private async Task<Delays> MeasureAsync(PathHosts hosts)
    {
        var delays = await JoinRun.MeasureAsync(hosts, connections, silence: TimeSpan.Zero);
        delays.Sort();
        return new Delays(delays[delays.Count / 2], delays[(int)(Tail * (delays.Count - 1))]);
    }

    private static void Write(TextWriter output, FloodKind kind, List<Turn> turns)
    {
        var perSecond = turns.Select(turn => turn.PerSecond).Median();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind}{(perSecond > 0 ? $", {perSecond:N0} a second" : "")}"));
        output.WriteLine(Figures.Line("  median", turns.ConvertAll(turn => turn.Flooded.Median), "µs"));
        output.WriteLine(Figures.Line("  99 of 100", turns.ConvertAll(turn => turn.Flooded.Tail), "µs"));
        // Spinning is nobody's flood: it is what any other program could do to the daemon.
        var isFlood = kind is not (FloodKind.None or FloodKind.Spinning);
        output.WriteLine(Figures.Line(
            "  median, of the minimal path manager's", turns.ConvertAll(turn => turn.Flooded.Median / turn.Spared.Median), "", isFlood ? TargetOfMedian : null, "0.00"));
        output.WriteLine(Figures.Line(
            "  99 of 100, of the minimal path manager's", turns.ConvertAll(turn => turn.Flooded.Tail / turn.Spared.Tail), "", isFlood ? TargetOfTail : null, "0.00"));
    }

    /// <summary>Microseconds.</summary>
    private readonly record struct Delays(double Median, double Tail);

    /// <summary>What came of one turn, and how often a second the client did what it does.</summary>
    private readonly record struct Turn(Delays Flooded, Delays Spared, double PerSecond);
}
