using Grpc.Core;
using Mptcp.ControlPlane.Benchmarks;

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
    await new StartupBenchmark(runs: 15).RunAsync(Console.Out);
    await new CrowdBenchmark(connections: 10_000, restarts: 7, listings: 15).RunAsync(Console.Out);
    return 0;
}
catch (Exception failure) when (failure is InvalidOperationException or TimeoutException or RpcException)
{
    await Console.Error.WriteLineAsync(failure.ToString());
    return 1;
}
