using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>
/// A watcher that may be slow, go away, come back with what it had at some moment, and that asserts of every message that it
/// keeps to the contract.
/// </summary>
internal sealed class SimulatedWatcher(SimulatedDaemon daemon, ServerMetrics metrics, FakeTimeProvider time) : IAsyncDisposable
{
    private const int PointsKept = 3;
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(10);

    private readonly List<(string Token, FoldedConnections Folded)> _points = [];
    private CancellationTokenSource _end = new();
    private Task _stream = Task.CompletedTask;
    private TaskCompletionSource? _gate;
    private SimulatedDaemon _daemon = daemon;
    private WatchRequest _request = new();
    private ReferenceFilter _filter = new(new WatchRequest());
    private StreamChecks _checks = null!;

    /// <summary>What it knows.</summary>
    public FoldedConnections Folded { get; private set; } = new();

    /// <summary>Begins to watch from a snapshot, knowing nothing or what it knows.</summary>
    public void Begin(WatchRequest request, bool tellsKnown)
    {
        (_request, _filter) = (request.Clone(), new ReferenceFilter(request));
        _request.ResumeToken = "";
        // What was learned with another filter is no place to go on from.
        _points.Clear();
        Start(tellsKnown);
    }

    /// <summary>Goes on from what it had when some message came.</summary>
    public void Resume(Random chance)
    {
        if (_points.Count == 0)
        {
            Start(tellsKnown: chance.Next(2) == 0);
            return;
        }

        var (token, folded) = _points[chance.Next(_points.Count)];
        Folded = folded.Clone();
        _request.ResumeToken = token;
        Start(tellsKnown: chance.Next(2) == 0);
        _request.ResumeToken = "";
    }

    /// <summary>Takes no message until <see cref="Hurry"/>.</summary>
    public void Stall() => _gate ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Hurry()
    {
        _gate?.TrySetResult();
        _gate = null;
    }

    /// <summary>Goes away, with what has come, and will come back to some daemon.</summary>
    public async Task EndAsync(SimulatedDaemon next)
    {
        await _end.CancelAsync();
        while (!_stream.IsCompleted)
            await Task.Yield();
        if (_stream.IsFaulted)
            await _stream;
        _end.Dispose();
        _end = new CancellationTokenSource();
        _daemon = next;
    }

    /// <summary>Lets time pass until everything has been told.</summary>
    public async Task SettleAsync()
    {
        Hurry();
        _daemon.Log.Notify();
        var start = TimeProvider.System.GetTimestamp();
        while (!_checks.IsAt(_daemon.Log.Last))
        {
            if (_stream.IsCompleted)
                await _stream;
            if (TimeProvider.System.GetElapsedTime(start) > LongestSettling)
                throw new TimeoutException($"the watcher does not come to event {_daemon.Log.Last}: {_checks}");
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_daemon);
        _end.Dispose();
    }

    private void Start(bool tellsKnown)
    {
        _request.KnownConnections.Clear();
        if (tellsKnown)
        {
            _request.KnownConnections.Add(Folded.All.Select(known => new KnownConnection
            {
                Namespace = known.Connection.Namespace,
                Token = known.Connection.Token,
                ConnectionId = known.Connection.Id,
                Digest = known.Digest,
            }));
        }

        _checks = new StreamChecks(_daemon, _filter, _request, time);
        var stream = new WatchStream(
            _daemon.Log, _daemon.SnapshotAsync, _daemon.Identity, WatchRequestMapping.Read(_request), Access.Whole(AccessRole.Viewer), SendAsync, metrics, time);
        _stream = stream.RunAsync(_end.Token);
    }

    private async Task SendAsync(WatchMessage message, CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>();
        message.WriteTo(bytes);
        if (_gate is { } gate)
            await gate.Task.WaitAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        Take(WatchResponse.Parser.ParseFrom(bytes.WrittenSpan));
    }

    private void Take(WatchResponse message)
    {
        var token = _checks.Check(message);
        if (message.Sync is { } sync)
            Folded.Take(_checks.TakeSnapshot(), sync.Difference);
        else if (message.Events is { } batch && !_checks.IsInSnapshot)
            batch.Events.ToList().ForEach(Folded.Fold);
        if (token.Length == 0)
            return;
        _points.Add((token, Folded.Clone()));
        if (_points.Count > PointsKept)
            _points.RemoveAt(0);
    }
}
