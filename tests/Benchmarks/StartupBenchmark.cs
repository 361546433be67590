using System.Globalization;

namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>How long the native daemon takes to serve, and how much memory it holds when nobody asks anything of it.</summary>
/// <param name="runs">How many daemons are started, one after the other.</param>
internal sealed class StartupBenchmark(int runs)
{
    private const double TargetMilliseconds = 100;
    private const double TargetMegabytes = 30;

    public async Task RunAsync(TextWriter output)
    {
        var connect = new List<double>();
        var answer = new List<double>();
        var memory = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            await using var daemon = await NativeDaemon.StartAsync();
            connect.Add(daemon.TimeToConnect.TotalMilliseconds);
            answer.Add(daemon.TimeToAnswer.TotalMilliseconds);
            memory.Add(daemon.ReadResidentMemory() / 1e6);
        }

        await output.WriteLineAsync($"start of mptcp-controld, native build, {runs} runs");
        await output.WriteLineAsync(Line("until it takes a connection", connect, "ms", TargetMilliseconds));
        await output.WriteLineAsync(Line("until it has answered a call", answer, "ms", target: null));
        await output.WriteLineAsync(Line("resident after that call", memory, "MB", TargetMegabytes));
    }

    private static string Line(string what, List<double> values, string unit, double? target)
    {
        values.Sort();
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"  {what,-30} median {values[values.Count / 2],7:0.0} {unit}   least {values[0],7:0.0}   most {values[^1],7:0.0}");
        return target is null ? line : string.Create(CultureInfo.InvariantCulture, $"{line}   target < {target:0} {unit}");
    }
}
