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
        await output.WriteLineAsync(Figures.Line("until it takes a connection", connect, "ms", TargetMilliseconds));
        await output.WriteLineAsync(Figures.Line("until it has answered a call", answer, "ms"));
        await output.WriteLineAsync(Figures.Line("resident after that call", memory, "MB", TargetMegabytes));
    }
}
