using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.Lab;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Benchmarks.Watching;

/// <summary>
/// How long after the kernel an application hears of something: this program subscribes to the kernel's events as the daemon does, and
/// watches the daemon by the client library; what is measured is the time between the two.
/// </summary>
/// <param name="duration">For how long.</param>
internal sealed class LatencyBenchmark(TimeSpan duration)
{
    private const double TargetMilliseconds = 2;

    // Of a connection that comes and goes the client's kernel tells three events.
    private const int EventsPerSecond = 1000;
    private const int EventsPerConnection = 3;

    private readonly ConcurrentDictionary<(uint Token, EventType Type), long> _told = new();
    private readonly List<double> _delays = [];
    private volatile bool _stopping;

    public async Task RunAsync(TextWriter output)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, PathManagerKind.Kernel);
        await using var daemon = await NativeDaemon.StartAsync(lab.Client);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);
        using var stop = new CancellationTokenSource();
        using var namespaceOfClient = NetworkNamespace.Find(lab.Client.NamespacePath);
        using var events = PathManagerEvents.Subscribe(namespaceOfClient, receiveBuffer: 8 << 20);
        using var poller = new EventPoller();
        poller.Add(events.Descriptor, key: 0);
        var hearing = new Thread(() => Hear(events, poller)) { IsBackground = true };
        var watching = WatchAsync(daemon, stop.Token);
        hearing.Start();

        await crowd.ChurnAsync(
            new ChurnOptions(EventsPerSecond / EventsPerConnection, TimeSpan.FromMilliseconds(100)), lab.Client.GetPath(1).PeerIPv4);
        await Task.Delay(duration, stop.Token);
        await crowd.CalmAsync();
        await stop.CancelAsync();
        await watching;
        _stopping = true;
        poller.Wake();
        hearing.Join();

        _delays.Sort();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"from the kernel's event to the watcher's callback, {_delays.Count / duration.TotalSeconds:N0} events a second for {duration.TotalSeconds:N0} s"));
        await output.WriteLineAsync(Figures.Line("median", Quantile(0.5), "ms", format: "0.00"));
        await output.WriteLineAsync(Figures.Line("99 of 100", Quantile(0.99), "ms", TargetMilliseconds, "0.00"));
        await output.WriteLineAsync(Figures.Line("999 of 1,000", Quantile(0.999), "ms", format: "0.00"));
        await crowd.EndAsync();
    }

    private double Quantile(double share) => _delays[(int)(share * (_delays.Count - 1))];

    private void Hear(PathManagerEvents events, EventPoller poller)
    {
        var ready = new ulong[1];
        var received = new List<PathManagerEvent>();
        while (!_stopping)
        {
            poller.Wait(ready, Timeout.InfiniteTimeSpan);
            received.Clear();
            events.Receive(received, most: 100);
            var now = Stopwatch.GetTimestamp();
            foreach (var told in received)
            {
                if (told.Token is { } token && TypeOf(told.Type) is { } type)
                    _told[(token, type)] = now;
            }
        }
    }

    private async Task WatchAsync(NativeDaemon daemon, CancellationToken cancellation)
    {
        var waiting = new Dictionary<(uint, EventType), long>();
        try
        {
            await foreach (var message in daemon.Client.WatchAsync(new WatchRequest { Mode = WatchMode.FollowOnly }, cancellation))
            {
                var now = Stopwatch.GetTimestamp();
                foreach (var told in message.Events?.Events ?? [])
                {
                    if (told.Origin == EventOrigin.Kernel)
                        waiting[(told.Token, told.Type)] = now;
                }

                // This program may hear of it only after the daemon's watcher has: then it is looked for again.
                foreach (var (key, moment) in waiting)
                {
                    if (!_told.TryRemove(key, out var told))
                        continue;
                    _delays.Add(Math.Max(0, Stopwatch.GetElapsedTime(told, moment).TotalMilliseconds));
                    waiting.Remove(key);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It has been measured for long enough.
        }
    }

    private static EventType? TypeOf(PathManagerEventType type) => type switch
    {
        PathManagerEventType.ConnectionCreated => EventType.ConnectionCreated,
        PathManagerEventType.ConnectionEstablished => EventType.ConnectionEstablished,
        PathManagerEventType.ConnectionClosed => EventType.ConnectionClosed,
        _ => null,
    };
}
