using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support.Pictures;

/// <summary>
/// A watcher that believes nothing but its stream: it makes every event about a connection part of what it knows, and keeps no event.
/// </summary>
sealed class FoldedStream : IAsyncDisposable
{
    static readonly TimeSpan BookmarkInterval = TimeSpan.FromMilliseconds(200);

    readonly CancellationTokenSource _stop = new();
    readonly Lock _guard = new();
    readonly List<Lost> _losses = [];
    readonly Dictionary<EventOrigin, int> _origins = [];
    readonly Dictionary<EventCause, int> _causes = [];
    readonly Dictionary<ConnectionName, HashSet<(SocketAddress Local, SocketAddress Remote)>> _over = [];
    readonly List<Event> _toldTwice = [];
    readonly Task _reading;
    Dictionary<ConnectionName, Connection> _known = [];
    Dictionary<ConnectionName, Connection>? _snapshot = []; // what has come of a snapshot that is not complete
    ulong _place;
    int _synchronisations;
    int _differences;

    /// <summary>Begins to watch everything.</summary>
    public FoldedStream(ControlPlaneClient client) => _reading = ReadAsync(client);

    /// <summary>What was lost on the way, so far.</summary>
    public IReadOnlyList<Lost> Losses
    {
        get
        {
            lock (_guard)
                return [.. _losses];
        }
    }

    /// <summary>How many snapshots have been told as the difference to what this watcher knew.</summary>
    public int Differences
    {
        get
        {
            lock (_guard)
                return _differences;
        }
    }

    /// <summary>How many events have been of an origin.</summary>
    public int CountOf(EventOrigin origin)
    {
        lock (_guard)
            return _origins.GetValueOrDefault(origin);
    }

    /// <summary>How many events have been of a cause.</summary>
    public int CountOf(EventCause cause)
    {
        lock (_guard)
            return _causes.GetValueOrDefault(cause);
    }

    /// <summary>Ends of subflows that had been told already.</summary>
    public IReadOnlyList<Event> ToldTwice
    {
        get
        {
            lock (_guard)
                return [.. _toldTwice];
        }
    }

    /// <summary>Awaits the first snapshot.</summary>
    public Task SynchroniseAsync() => SynchroniseAsync(before: 0);

    /// <summary>Awaits that everything up to an event has come.</summary>
    public Task ReachAsync(ulong sequence) => AwaitAsync($"the watcher to reach event {sequence}", () => _place >= sequence && _snapshot is null);

    /// <summary>How often it has been said that a snapshot, or the difference to what is known, is complete.</summary>
    public int Synchronisations
    {
        get
        {
            lock (_guard)
                return _synchronisations;
        }
    }

    /// <summary>Awaits that this has been said more often.</summary>
    public Task SynchroniseAsync(int before) => AwaitAsync($"synchronisation {before + 1} of the watcher", () => _synchronisations > before);

    /// <summary>Draws what is known from the stream alone.</summary>
    public Picture Draw()
    {
        lock (_guard)
            return DaemonPictures.Draw(_known.Values);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    async Task AwaitAsync(string what, Func<bool> condition) => await LabWait.UntilAsync(
        what,
        async _ =>
        {
            if (_reading.IsCompleted)
                await _reading; // with why
            lock (_guard)
                return condition();
        },
        TimeSpan.FromSeconds(30));

    async Task ReadAsync(ControlPlaneClient client)
    {
        var request = new WatchRequest { BookmarkInterval = Duration.FromTimeSpan(BookmarkInterval) };
        try
        {
            await foreach (var message in client.WatchAsync(request, _stop.Token))
            {
                lock (_guard)
                    Fold(message);
            }
        }
        catch (Exception end) when (_stop.IsCancellationRequested && end is RpcException or OperationCanceledException)
        {
            // Disposed.
        }
    }

    void Fold(WatchResponse message)
    {
        switch (message)
        {
            case { Events: { } batch }:
                foreach (var told in batch.Events)
                    Fold(told);
                break;
            case { Lost: { } lost }:
                _losses.Add(lost);
                _over.Clear();
                _snapshot = [];
                break;
            case { Sync: { } sync }:
                Complete(sync.Difference);
                _place = sync.Sequence;
                _synchronisations++;
                break;
            case { Bookmark: { } bookmark }:
                _place = bookmark.Sequence;
                break;
        }
    }

    void Complete(bool difference)
    {
        if (difference)
        {
            _differences++;
            foreach (var (name, connection) in _snapshot ?? [])
                _known[name] = connection;
        }
        else
        {
            _known = _snapshot ?? _known;
        }

        _snapshot = null;
    }

    void Fold(Event told)
    {
        _origins[told.Origin] = _origins.GetValueOrDefault(told.Origin) + 1;
        _causes[told.Cause] = _causes.GetValueOrDefault(told.Cause) + 1;
        var name = new ConnectionName(told.Namespace, told.Token);
        if (told.Type == EventType.ConnectionSnapshot)
        {
            (_snapshot ?? throw new InvalidOperationException($"a snapshot that nothing announced came with {name}"))[name] = told.Connection;
            return;
        }

        if (told.Type == EventType.InterfaceSnapshot)
            return;
        _place = told.Sequence;
        NoteEnd(told, name);
        if (told.Type == EventType.ConnectionClosed)
        {
            _known.Remove(name);
            _snapshot?.Remove(name); // of one that broke off
        }
        else if (told.Connection is not null)
            _known[name] = told.Connection;
        else if (told.Subflow is not null && _known.TryGetValue(name, out var connection))
            Fold(told, connection.Subflows);
    }

    // Another subflow may begin between the same ends, and another connection have the token.
    void NoteEnd(Event told, ConnectionName name)
    {
        if (told.Type is EventType.ConnectionCreated or EventType.ConnectionClosed)
            _over.Remove(name);
        if (told.Subflow is not { } subflow)
            return;
        if (!_over.TryGetValue(name, out var over))
            _over[name] = over = [];
        var ends = (subflow.Local, subflow.Remote);
        if (told.Type is EventType.SubflowRequested or EventType.SubflowEstablished)
            over.Remove(ends);
        else if (told.Type is EventType.SubflowClosed or EventType.SubflowFailed && !over.Add(ends))
            _toldTwice.Add(told);
    }

    static void Fold(Event told, RepeatedField<Subflow> subflows)
    {
        var known = subflows.FirstOrDefault(other => other.Local.Equals(told.Subflow.Local) && other.Remote.Equals(told.Subflow.Remote))
            ?? subflows.FirstOrDefault(other => // one that was requested, whose port the kernel has chosen since
                other.Local.Port == 0 && other.Local.Address == told.Subflow.Local.Address && other.Remote.Equals(told.Subflow.Remote));
        if (known is not null)
            subflows.Remove(known);
        if (told.Type is not (EventType.SubflowClosed or EventType.SubflowFailed))
            subflows.Add(told.Subflow);
    }
}
