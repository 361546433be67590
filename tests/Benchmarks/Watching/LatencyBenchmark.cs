using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Benchmarks.Watching.Sources;
using Mptcp.Lab;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Benchmarks.Watching;

/// <summary>
/// How long after the kernel an application hears of something: this program subscribes to the kernel's events as the daemon does, and
/// watches the daemon by the client library; what is measured is the time between the two.
/// </summary>
/// <param name="windows">How many times to measure, judged by their median: what the machine does for others hits some of them.</param>
/// <param name="duration">For how long each time.</param>
/// <param name="open">What makes the events.</param>
internal sealed class LatencyBenchmark(int windows, TimeSpan duration, Func<NetworkLab, int, Task<IEventSource>> open)
{
    private const double TargetMilliseconds = 2;

    // This program is compiled while it runs.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    private const int EventsPerSecond = 1000;

    private readonly ConcurrentDictionary<(uint Token, EventType Type), ConcurrentQueue<long>> _told = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Window? _window;
    private volatile bool _stopping;

    public async Task RunAsync(TextWriter output)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, PathManagerKind.Userspace);
        await using var daemon = await NativeDaemon.StartAsync(lab.Client);
        await using var source = await open(lab, EventsPerSecond);
        using var stop = new CancellationTokenSource();
        using var namespaceOfClient = NetworkNamespace.Find(lab.Client.NamespacePath);
        using var events = PathManagerEvents.Subscribe(namespaceOfClient, receiveBuffer: 8 << 20);
        using var poller = new EventPoller();
        poller.Add(events.Descriptor, key: 0);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var hearing = new Thread(() => Hear(events, poller, pipe)) { IsBackground = true };
        var watching = WatchAsync(daemon, stop.Token);
        hearing.Start();
        var hopping = new Thread(() => Hop(pipe.GetClientHandleAsString())) { IsBackground = true };
        hopping.Start();

        // Both hear the same from here on.
        await await Task.WhenAny(_synced.Task, watching);
        await source.StartAsync();
        await Task.Delay(WarmUp, stop.Token);
        var measured = new List<Window>();
        for (var i = 0; i < windows; i++)
        {
            measured.Add(_window = new Window([], []));
            await Task.Delay(duration, stop.Token);
        }

        _window = null;
        await source.StopAsync();
        await stop.CancelAsync();
        await watching;
        _stopping = true;
        poller.Wake();
        hearing.Join();
        await pipe.DisposeAsync();
        hopping.Join();

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"from the kernel's event to the watcher's callback, while {source.Name}: {measured.Sum(one => one.Delays.Count) / (windows * duration.TotalSeconds):N0} events a second, {windows} times {duration.TotalSeconds:N0} s"));
        await WriteAsync(output, measured.ConvertAll(one => one.Delays), TargetMilliseconds);
        await output.WriteLineAsync("  meanwhile from one thread of this program to another, by a pipe");
        await WriteAsync(output, measured.ConvertAll(one => one.Hops), target: null);
    }

    private static async Task WriteAsync(TextWriter output, List<List<double>> times, Target? target)
    {
        times.ForEach(one => one.Sort());
        await output.WriteLineAsync(Figures.Line("median", times.ConvertAll(one => Quantile(one, 0.5)), "ms", format: "0.00"));
        await output.WriteLineAsync(Figures.Line("99 of 100", times.ConvertAll(one => Quantile(one, 0.99)), "ms", target, "0.00"));
        await output.WriteLineAsync(Figures.Line("999 of 1,000", times.ConvertAll(one => Quantile(one, 0.999)), "ms", format: "0.00"));
    }

    private static double Quantile(List<double> ordered, double share) => ordered.Count > 0
        ? ordered[(int)(share * (ordered.Count - 1))]
        : throw new InvalidOperationException("nothing came for as long as was measured");

    /// <summary>The least that it takes here to wake up who waits: the daemon and its watcher do so several times for an event.</summary>
    private void Hop(string pipe)
    {
        using var end = new AnonymousPipeClientStream(PipeDirection.In, pipe);
        var moment = new byte[sizeof(long)];
        while (end.ReadAtLeast(moment, moment.Length, throwOnEndOfStream: false) == moment.Length)
            _window?.Hops.Add(Stopwatch.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(moment)).TotalMilliseconds);
    }

    private void Hear(PathManagerEvents events, EventPoller poller, AnonymousPipeServerStream pipe)
    {
        var ready = new ulong[1];
        var received = new List<PathManagerEvent>();
        var moment = new byte[sizeof(long)];
        var hops = 0;
        while (!_stopping)
        {
            poller.Wait(ready, Timeout.InfiniteTimeSpan);
            received.Clear();
            events.Receive(received, most: 100);
            var now = Stopwatch.GetTimestamp();
            if (hops++ % 8 == 0)
            {
                // Seldom, as that takes time from what is measured.
                BinaryPrimitives.WriteInt64LittleEndian(moment, now);
                pipe.Write(moment);
            }

            foreach (var told in received)
            {
                if (told.Token is { } token && TypeOf(told.Type) is { } type)
                    _told.GetOrAdd((token, type), _ => new ConcurrentQueue<long>()).Enqueue(now);
            }
        }
    }

    private async Task WatchAsync(NativeDaemon daemon, CancellationToken cancellation)
    {
        var waiting = new List<((uint, EventType) Key, long Moment)>();
        try
        {
            await foreach (var message in daemon.Client.WatchAsync(new WatchRequest { Mode = WatchMode.FollowOnly }, cancellation))
            {
                var now = Stopwatch.GetTimestamp();
                if (message.Lost is { } lost)
                    throw new InvalidOperationException($"events were lost, whose time nobody knows: {lost}");
                if (message.Sync is not null)
                    _synced.TrySetResult();
                foreach (var told in message.Events?.Events ?? [])
                {
                    if (told.Origin == EventOrigin.Kernel)
                        waiting.Add(((told.Token, told.Type), now));
                }

                // This program may hear of it only after the daemon's watcher has: then it is looked for again.
                waiting.RemoveAll(heard => Take(heard.Key, heard.Moment));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // It has been measured for long enough.
        }
    }

    /// <summary>Measures how long it took until a moment for the oldest event of its kind.</summary>
    /// <returns>False when this program has not heard of it yet.</returns>
    private bool Take((uint, EventType) key, long moment)
    {
        if (!_told.TryGetValue(key, out var moments) || !moments.TryDequeue(out var told))
            return false;
        _window?.Delays.Add(Math.Max(0, Stopwatch.GetElapsedTime(told, moment).TotalMilliseconds));
        return true;
    }

    private static EventType? TypeOf(PathManagerEventType type) => type switch
    {
        PathManagerEventType.ConnectionCreated => EventType.ConnectionCreated,
        PathManagerEventType.ConnectionEstablished => EventType.ConnectionEstablished,
        PathManagerEventType.ConnectionClosed => EventType.ConnectionClosed,
        PathManagerEventType.SubflowPriority => EventType.SubflowPriority,
        _ => null,
    };

    /// <summary>What was measured in a stretch of time, in milliseconds; each list is written by one thread.</summary>
    private sealed record Window(List<double> Delays, List<double> Hops);
}
