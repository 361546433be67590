using Grpc.Core;
using Mptcp.ControlPlane.Benchmarks;
using Mptcp.ControlPlane.Benchmarks.Flooding;
using Mptcp.ControlPlane.Benchmarks.Paths;
using Mptcp.ControlPlane.Benchmarks.Paths.Managers;
using Mptcp.ControlPlane.Benchmarks.Watching;
using Mptcp.ControlPlane.Benchmarks.Watching.Sources;
using Mptcp.Lab;

if (args is [FloodClient.Option, var address])
{
    await new FloodClient(address).RunAsync(Console.In, Console.Out);
    return 0;
}

(string Name, Func<Task> Run)[] benchmarks =
[
    ("startup", () => new StartupBenchmark(runs: 15).RunAsync(Console.Out)),
    ("crowd", () => new CrowdBenchmark(connections: 10_000, restarts: 7, listings: 15).RunAsync(Console.Out)),
    ("throughput", () => new ThroughputBenchmark(events: 200_000, runs: 7, watchers: 100).RunAsync(Console.Out)),
    ("idle", () => new IdleWatchersBenchmark(watchers: 5_000).RunAsync(Console.Out)),
    ("latency", () => MeasureLatencyAsync(PriorityChanges.OpenAsync)),
    ("latency-churn", () => MeasureLatencyAsync(ConnectionChurn.OpenAsync)),
    ("storm", () => new StormBenchmark(perSecond: 10_000, TimeSpan.FromSeconds(5)).RunAsync(Console.Out)),
    ("paths", () => MeasurePathsAsync(
        new PolicyPathManager(), [new KernelPathManager(), .. MptcpdPathManager.IfInstalled(Console.Out)], new PathsTargets { RatioOfMedian = 1.1, RatioOfTail = 1.5 })),
    // What such an application does is told at once, so that nothing can be done ahead.
    ("paths-blocking", () => MeasurePathsAsync(new PolicyPathManager(), [new KernelPathManager()], new PathsTargets(), blocks: true)),
    ("paths-cpu", () => new PathsProcessorBenchmark(perSecond: 1_000, TimeSpan.FromSeconds(3), rounds: 5).RunAsync(Console.Out)),
    ("decisions", () => MeasureDecisionsAsync(TimeSpan.FromMilliseconds(1), new PathsTargets { RatioOfMedian = 2.0, Tail = 5_000 })),
    ("decisions-at-once", () => MeasureDecisionsAsync(TimeSpan.Zero, new PathsTargets { Tail = 5_000 })),
    ("flood", () => new FloodBenchmark(rounds: 10, connections: 200).RunAsync(Console.Out)),
    ("decisions-cpu", () => new DecisionsBenchmark(connections: 1_000, rounds: 10).RunAsync(Console.Out)),
];

static Task MeasureLatencyAsync(Func<NetworkLab, int, Task<IEventSource>> open)
    => new LatencyBenchmark(windows: 7, TimeSpan.FromSeconds(3), open).RunAsync(Console.Out);

static Task MeasurePathsAsync(IPathManager daemon, IPathManager[] others, PathsTargets targets, TimeSpan silence = default, bool blocks = false)
    => new PathsBenchmark(daemon, others, targets, silence, blocks, rounds: 20, connections: 200).RunAsync(Console.Out);

static Task MeasureDecisionsAsync(TimeSpan silence, PathsTargets targets)
    => MeasurePathsAsync(new DelegatingPathManager(), [new PolicyPathManager()], targets, silence);

if (args.FirstOrDefault(name => benchmarks.All(benchmark => benchmark.Name != name)) is { } unknown)
{
    await Console.Error.WriteLineAsync(
        $"there is no benchmark '{unknown}'; there are {string.Join(", ", benchmarks.Select(benchmark => benchmark.Name))}");
    return 2;
}

if (!File.Exists(NativeDaemon.Program))
{
    await Console.Error.WriteLineAsync($"the native build is measured, and {NativeDaemon.Program} is missing: run 'make dist' first");
    return 1;
}

if (Environment.GetEnvironmentVariable("MPTCP_LAB") != "1")
{
    await Console.Error.WriteLineAsync("the daemon is measured in a network namespace of its own: run it by 'make bench'");
    return 1;
}

try
{
    foreach (var (_, run) in benchmarks.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
        await run();
    return 0;
}
catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or RpcException)
{
    await Console.Error.WriteLineAsync(failure.ToString());
    return 1;
}
