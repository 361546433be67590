using System.Diagnostics;
using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Watching;

/// <summary>
/// A storm of connections, watched: every number is told, or told to be lost, and what the watcher knows in the end is what the daemon
/// knows.
/// </summary>
/// <param name="perSecond">How many ends of connections come a second; the daemon has both.</param>
/// <param name="duration">For how long.</param>
internal sealed class StormBenchmark(int perSecond, TimeSpan duration)
{
    // The daemon serves both hosts, and each has its own end of a connection.
    private const int Ends = 2;

    // Programs are slow at first.
    private const int WarmUp = 500;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(60);

    private readonly Dictionary<ulong, uint> _known = [];
    private ulong _events;
    private ulong _unmarked;
    private ulong _marked;
    private int _losses;
    private ulong _place;

    public async Task RunAsync(TextWriter output)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, PathManagerKind.Kernel);
        await using var daemon = await NativeDaemon.StartAsync(
            configuration: $$"""{ "namespaces": ["{{lab.Client.NamespacePath}}", "{{lab.Server.NamespacePath}}"] }""");
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync(daemon, stop.Token);
        long came;
        TimeSpan took;
        await using (var crowd = await Crowd.StartAsync(lab.Client, lab.Server, new CrowdOptions { Service = CrowdService.Greet }))
        {
            var target = lab.Client.GetPath(1).PeerIPv4;
            await crowd.OpenAsync(WarmUp, target);
            await crowd.CloseAsync(WarmUp);
            var begun = Stopwatch.GetTimestamp();
            await crowd.ChurnAsync(new ChurnOptions(Asked(perSecond) / Ends, TimeSpan.Zero), target);
            await Task.Delay(duration, stop.Token);
            came = await crowd.CalmAsync();
            took = Stopwatch.GetElapsedTime(begun);
            await crowd.EndAsync();
        }

        var reconciled = await daemon.Client.Connections.ReconcileConnectionsAsync(new ReconcileConnectionsRequest());
        await LabWait.UntilAsync(
            $"the watcher to reach event {reconciled.Sequence} of the daemon", () => Volatile.Read(ref _place) >= reconciled.Sequence, Calm);
        await stop.CancelAsync();
        await watching;
        var listed = await daemon.Client.ListConnectionsAsync().Select(connection => connection.Id).ToHashSetAsync();
        var wrong = listed.Count(id => !_known.ContainsKey(id)) + _known.Keys.Count(id => !listed.Contains(id));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"a storm of connections for {took.TotalSeconds:0.0} s, of which the daemon has both ends"));
        await output.WriteLineAsync(Figures.Line("ends of connections that came and went, a second", Ends * came / took.TotalSeconds, "", Target.AtLeast(perSecond), "N0"));
        await output.WriteLineAsync(Figures.Line("events that a watcher got", _events, "", format: "N0"));
        await output.WriteLineAsync(Figures.Line($"events told to be lost, in {_losses} remarks", _marked, "", format: "N0"));
        await output.WriteLineAsync(Figures.Line("numbers missing without a remark", _unmarked, "", 0, "N0"));
        await output.WriteLineAsync(Figures.Line("connections that the watcher has wrong after it", wrong, "", 0, "N0"));
    }

    // Whoever makes them falls behind now and then, as the processors are those of the daemon and the watcher too.
    private static int Asked(int perSecond) => perSecond * 3 / 2;

    private async Task WatchAsync(NativeDaemon daemon, CancellationToken cancellation)
    {
        var request = new WatchRequest { BookmarkIdle = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)) };
        try
        {
            await foreach (var message in daemon.Client.WatchAsync(request, cancellation))
                Take(message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The storm is over.
        }
    }

    private void Take(WatchResponse message)
    {
        switch (message)
        {
            case { Events: { } batch }:
                foreach (var told in batch.Events)
                    Take(told);
                break;
            case { Lost: { } lost }:
                _losses++;
                _marked += lost.Count;
                _known.Clear();
                break;
            case { Sync: { } sync }:
                Volatile.Write(ref _place, sync.Sequence);
                break;
            case { Bookmark: { } bookmark }:
                Skip(bookmark.Sequence + 1);
                Volatile.Write(ref _place, bookmark.Sequence);
                break;
        }
    }

    private void Take(Event told)
    {
        if (told.Origin == EventOrigin.Snapshot)
        {
            if (told.Connection is not null)
                _known[told.ConnectionId] = told.Token;
            return;
        }

        _events++;
        Skip(told.Sequence);
        Volatile.Write(ref _place, told.Sequence);
        if (told.Type == EventType.ConnectionClosed)
            _known.Remove(told.ConnectionId);
        else if (told.Connection is not null)
            _known[told.ConnectionId] = told.Token;
    }

    // Without a filter every event matches, so that each number follows the one before.
    private void Skip(ulong next) => _unmarked += next - _place - 1;
}
