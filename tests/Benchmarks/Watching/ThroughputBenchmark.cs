using System.Diagnostics;
using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Watching;

/// <summary>How fast watchers get a log that is full already: what the kernel told of connections that came and went.</summary>
/// <param name="events">How many events the log is filled with, at least.</param>
/// <param name="runs">How often one watcher reads it.</param>
/// <param name="watchers">How many watchers read it at once.</param>
internal sealed class ThroughputBenchmark(int events, int runs, int watchers)
{
    private const double TargetForOne = 500;
    private const double TargetForMany = 1000;
    // No faster than the kernel loop keeps up with: what the kernel drops is not in the log.
    private const int Churn = 3_000;
    private const uint LargeBatch = 2_000;

    private const string Configuration = """{ "events": { "logCapacity": 1048576, "logBytes": 2000000000 } }""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public async Task RunAsync(TextWriter output)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, PathManagerKind.Kernel);
        await using var daemon = await NativeDaemon.StartAsync(lab.Client, Configuration);
        using var stop = new CancellationTokenSource(Patience);
        var (start, before) = await ReadPlaceAsync(daemon.Client, stop.Token);
        await FillAsync(lab, daemon.Client, start, stop.Token);
        var count = (int)((await ReadPlaceAsync(daemon.Client, stop.Token)).Sequence - before);

        var (raw, library) = (new List<double>(), new List<double>());
        var first = await ReadRawAsync(daemon.Client, start, count, stop.Token);
        for (var run = 0; run < runs; run++)
        {
            raw.Add(await ReadRawAsync(daemon.Client, start, count, stop.Token));
            library.Add(await ReadByLibraryAsync(daemon.Client, start, count, stop.Token));
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"a log of {count:N0} events, over a Unix socket, batches of up to {LargeBatch:N0}"));
        await output.WriteLineAsync(Figures.Line("one watcher, the first, in 1,000 events/s", first, "", format: "N0"));
        await output.WriteLineAsync(Figures.Line("one watcher, in 1,000 events/s", raw, "", Target.AtLeast(TargetForOne), "N0"));
        await output.WriteLineAsync(Figures.Line("one that decodes every event, in .NET", library, "", format: "N0"));
        await output.WriteLineAsync(Figures.Line(
            $"{watchers} watchers, in 1,000 deliveries/s", await ReadByManyAsync(daemon, start, count, stop.Token), "", Target.AtLeast(TargetForMany), "N0"));
    }

    private async Task FillAsync(NetworkLab lab, ControlPlaneClient client, string start, CancellationToken cancellation)
    {
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server, new CrowdOptions { Service = CrowdService.Greet });
        await crowd.ChurnAsync(new ChurnOptions(Churn, TimeSpan.Zero), lab.Client.GetPath(1).PeerIPv4);
        using var watch = RawWatch.Start(client, new WatchRequest { ResumeToken = start }, cancellation);
        for (var seen = 0; seen < events;)
        {
            await watch.ResponseStream.MoveNext(cancellation);
            seen += CountEvents(watch.ResponseStream.Current);
        }

        await crowd.CalmAsync();
        await crowd.EndAsync();
    }

    private static async Task<(string Token, ulong Sequence)> ReadPlaceAsync(ControlPlaneClient client, CancellationToken cancellation)
    {
        using var watch = client.Events.Watch(new WatchRequest { Mode = WatchMode.FollowOnly }, cancellationToken: cancellation);
        await watch.ResponseStream.MoveNext(cancellation);
        var sync = watch.ResponseStream.Current.Sync;
        return (sync.ResumeToken, sync.Sequence);
    }

    private static WatchRequest Request(string start) => new() { ResumeToken = start, Batch = new BatchOptions { MaxEvents = LargeBatch } };

    /// <summary>Reads all that is there.</summary>
    /// <returns>How many thousand events came a second.</returns>
    private static async Task<double> ReadRawAsync(ControlPlaneClient client, string start, int count, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        using var watch = RawWatch.Start(client, Request(start), cancellation);
        for (var seen = 0; seen < count;)
        {
            await watch.ResponseStream.MoveNext(cancellation);
            seen += CountEvents(watch.ResponseStream.Current);
        }

        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds / 1000;
    }

    private static int CountEvents(RawMessage message) => message.Other?.Lost is { } lost
        ? throw new InvalidOperationException($"the log is to hold all of it, and has lost something: {lost}")
        : message.Events;

    private static async Task<double> ReadByLibraryAsync(ControlPlaneClient client, string start, int count, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        var seen = 0;
        await foreach (var message in client.WatchAsync(Request(start), cancellation))
        {
            seen += message.Events?.Events.Count ?? 0;
            if (seen >= count)
                break;
        }

        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds / 1000;
    }

    private async Task<double> ReadByManyAsync(NativeDaemon daemon, string start, int count, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, watchers).Select(
            _ => Task.Run(() => ReadRawAsync(daemon.Client, start, count, cancellation), cancellation)));
        return (double)count * watchers / Stopwatch.GetElapsedTime(begun).TotalSeconds / 1000;
    }
}
