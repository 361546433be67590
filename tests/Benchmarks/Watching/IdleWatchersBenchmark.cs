using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Watching;

/// <summary>What watchers cost the daemon that have nothing to hear.</summary>
/// <param name="watchers">How many.</param>
internal sealed class IdleWatchersBenchmark(int watchers)
{
    private const double TargetMegabytes = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    public async Task RunAsync(TextWriter output)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1);
        await using var daemon = await NativeDaemon.StartAsync(lab.Client);
        var before = daemon.ReadResidentMemory();
        using var stop = new CancellationTokenSource(Patience);
        var open = new List<Grpc.Core.AsyncServerStreamingCall<RawMessage>>();
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
        open.ForEach(watch => watch.Dispose());
    }
}
