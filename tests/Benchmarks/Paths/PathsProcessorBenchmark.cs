using System.Globalization;
using Mptcp.ControlPlane.Benchmarks.Paths.Managers;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>
/// How many connections the daemon gives their second subflow for each second of a processor, and how many the C program does that does
/// nothing else. What the kernel does for either within its requests counts too: the first packets of the subflow are sent there.
/// </summary>
/// <param name="perSecond">How many connections come a second.</param>
/// <param name="duration">For how long in each turn.</param>
/// <param name="rounds">How many turns each has.</param>
internal sealed class PathsProcessorBenchmark(int perSecond, TimeSpan duration, int rounds)
{
    private const double TargetPerProcessorSecond = 5_000;

    // Far more than what a subflow takes.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    public async Task RunAsync(TextWriter output)
    {
        await using var yardstick = await PathHosts.StartAsync(new MinimalPathManager());
        await using var daemon = await PathHosts.StartAsync(new PolicyPathManager());
        var (least, own) = (new List<Turn>(), new List<Turn>());
        for (var round = -1; round < rounds; round++)
        {
            var (one, other) = (await MeasureAsync(yardstick), await MeasureAsync(daemon));
            if (round < 0)
                continue; // Programs are slow at first.
            least.Add(one);
            own.Add(other);
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"a second subflow for each of {perSecond:N0} connections a second, {rounds} times {duration.TotalSeconds:0.#} s, in turn"));
        Write(output, daemon.Manager.Name, own, Target.AtLeast(TargetPerProcessorSecond));
        Write(output, yardstick.Manager.Name, least, target: null);
    }

    private static void Write(TextWriter output, string name, List<Turn> turns, Target? target)
    {
        output.WriteLine($"  {name}");
        output.WriteLine(Figures.Line("  connections that came", turns.ConvertAll(turn => (double)turn.Connections), "", format: "N0"));
        output.WriteLine(Figures.Line("  of a hundred got their subflow", turns.ConvertAll(turn => 100.0 * turn.Joined / turn.Connections), ""));
        output.WriteLine(Figures.Line("  in a second of a processor", turns.ConvertAll(turn => turn.Joined / turn.Time.TotalSeconds), "", target, "N0"));
    }

    private async Task<Turn> MeasureAsync(PathHosts hosts)
    {
        var (time, joined) = (hosts.Manager.ProcessorTime!.Value, JoinCounter.ReadJoined(hosts.Lab.Server));
        long came;
        await using (var crowd = await Crowd.StartAsync(hosts.Lab.Client, hosts.Lab.Server))
        {
            await crowd.ChurnAsync(new ChurnOptions(perSecond, Lifetime), hosts.Lab.Client.GetPath(1).PeerIPv4);
            await Task.Delay(duration);
            came = await crowd.CalmAsync();
            await crowd.EndAsync();
        }

        await Task.Delay(Rest);
        return new Turn(came, JoinCounter.ReadJoined(hosts.Lab.Server) - joined, hosts.Manager.ProcessorTime!.Value - time);
    }

    /// <summary>What came of a turn.</summary>
    /// <param name="Connections">How many there were.</param>
    /// <param name="Joined">How many subflows joined them.</param>
    /// <param name="Time">What the path manager used of the processors.</param>
    private sealed record Turn(long Connections, long Joined, TimeSpan Time);
}
