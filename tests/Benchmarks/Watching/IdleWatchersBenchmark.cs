using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Watching;

/// <summary>What watchers cost the daemon that have nothing to hear.</summary>
/// <param name="watchers">How many.</param>
internal sealed class IdleWatchersBenchmark(int watchers)
{
    private const double TargetMegabytes = 200;

    private const double TargetSecondsToEnd = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public async Task RunAsync(TextWriter output)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        await using var daemon = await NativeDaemon.StartAsync(lab.Client);
        var before = daemon.ReadResidentMemory();
        using var stop = new CancellationTokenSource(Patience);
        var open = new List<AsyncServerStreamingCall<RawMessage>>();
        for (var i = 0; i < watchers; i++)
        {
            var watch = RawWatch.Start(daemon.Client, new WatchRequest { Mode = WatchMode.FollowOnly }, stop.Token);
            await watch.ResponseStream.MoveNext(stop.Token);
            open.Add(watch);
        }

        await Task.Delay(Rest, stop.Token);
        var after = daemon.ReadResidentMemory();
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{watchers:N0} watchers of one client that hear nothing"));
        await output.WriteLineAsync(Figures.Line("resident without them", before / 1e6, "MB"));
        await output.WriteLineAsync(Figures.Line("resident with them", after / 1e6, "MB", TargetMegabytes));
        await output.WriteLineAsync(Figures.Line("more for each", (after - before) / 1024.0 / watchers, "KB"));

        var told = Stopwatch.GetTimestamp();
        daemon.Terminate();
        await Task.WhenAll(open.Select(AwaitEndAsync));
        await output.WriteLineAsync(Figures.Line(
            "from SIGTERM until all streams have ended", Stopwatch.GetElapsedTime(told).TotalSeconds, "s", TargetSecondsToEnd, "0.00"));
        open.ForEach(watch => watch.Dispose());
    }

    private static async Task AwaitEndAsync(AsyncServerStreamingCall<RawMessage> watch)
    {
        try
        {
            while (await watch.ResponseStream.MoveNext(CancellationToken.None))
            {
            }

            throw new InvalidOperationException("a stream of a daemon that stops ended as if nothing were wrong");
        }
        catch (RpcException end) when (end.StatusCode == StatusCode.Unavailable)
        {
            // As it should.
        }
    }
}
