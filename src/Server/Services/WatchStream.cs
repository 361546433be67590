using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Connection = Mptcp.ControlPlane.Server.State.Connection;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>
/// One watcher's way through the event log. It keeps nothing but its place: a slow watcher falls behind the log, is told
/// what it lost, and begins again from a snapshot.
/// </summary>
/// <param name="log">What happens.</param>
/// <param name="snapshot">Reads what is.</param>
/// <param name="identity">Which run of the daemon the log is of.</param>
/// <param name="options">What the watcher asked for.</param>
/// <param name="send">Takes each message; it is awaited before the next.</param>
/// <param name="metrics">Counts what was lost.</param>
/// <param name="time">The clock of bookmarks and batches.</param>
internal sealed class WatchStream(
    EventLog log, Func<CancellationToken, Task<StateSnapshot>> snapshot, DaemonIdentity identity, WatchOptions options,
    Func<WatchResponse, CancellationToken, Task> send, ServerMetrics metrics, TimeProvider time)
{
    private readonly StateEvent[] _read = new StateEvent[options.BatchEvents];
    private EventBatch _batch = new();
    private long _batchSince;
    private long _toldLast;

    /// <summary>The number of the last event that was delivered, or did not match, or is in a snapshot that was delivered.</summary>
    private ulong _place;

    /// <exception cref="ControlPlaneException">OUT_OF_RANGE: events were lost, and the watcher wanted to be told so.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        while (options.Follow)
        {
            await WaitAsync(cancellation);
            await ReadOnAsync(cancellation);
            if (BookmarkIsDue)
            {
                await FlushAsync(cancellation);
                await SendAsync(new WatchResponse { Bookmark = new Bookmark { Sequence = _place, ResumeToken = Token } }, cancellation);
            }
        }
    }

    private string Token => new ResumeToken(identity.BootId, identity.Epoch, _place).ToString();

    private TimeSpan UntilBookmark => options.BookmarkInterval - time.GetElapsedTime(_toldLast);

    private bool BookmarkIsDue => options.BookmarkInterval > TimeSpan.Zero && UntilBookmark <= TimeSpan.Zero;

    private TimeSpan UntilBatch => options.BatchDelay - time.GetElapsedTime(_batchSince);

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (options.Resume is { } resume)
            await ResumeAsync(resume, cancellation);
        else if (options.Snapshot)
            await SendSnapshotAsync(cancellation);
        else
            await SyncAsync(log.Last, cancellation);
    }

    private async Task ResumeAsync(ResumeToken resume, CancellationToken cancellation)
    {
        if (resume.Boot == identity.BootId && resume.Epoch == identity.Epoch && resume.Sequence <= log.Last)
            _place = resume.Sequence; // If the log has moved on past it, the first read will say so.
        else
            await LoseAsync(new Lost { Source = LossSource.Restart }, cancellation);
    }

    private async Task SendSnapshotAsync(CancellationToken cancellation)
    {
        var all = await snapshot(cancellation);
        var now = time.GetUtcNow();
        foreach (var one in all.Interfaces.Where(one => options.WantsInterfaces(one.Namespace)))
            await AddAsync(EventMapping.ToProto(one, all.Sequence, now), cancellation);
        foreach (var connection in all.Connections.Where(Wanted))
            await AddAsync(EventMapping.ToProto(connection, all.Sequence, now), cancellation);
        await FlushAsync(cancellation);
        await SyncAsync(all.Sequence, cancellation);
    }

    private Task SyncAsync(ulong sequence, CancellationToken cancellation)
    {
        _place = sequence;
        return SendAsync(new WatchResponse { Sync = new Sync { Sequence = sequence, ResumeToken = Token } }, cancellation);
    }

    /// <summary>Waits for something to do: an event, a batch that is due, or a bookmark that is.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        var longest = options.BookmarkInterval > TimeSpan.Zero ? NotNegative(UntilBookmark) : Timeout.InfiniteTimeSpan;
        if (_batch.Events.Count > 0 && (longest == Timeout.InfiniteTimeSpan || UntilBatch < longest))
            longest = NotNegative(UntilBatch);
        if (longest == Timeout.InfiniteTimeSpan)
        {
            await log.WaitAsync(_place, cancellation);
            return;
        }

        using var due = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var timer = time.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(), due, longest, Timeout.InfiniteTimeSpan);
        try
        {
            await log.WaitAsync(_place, due.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came, and the time for what waits has.
        }
    }

    private static TimeSpan NotNegative(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private async Task ReadOnAsync(CancellationToken cancellation)
    {
        var (count, skipped) = log.Read(_place, _read);
        if (skipped > 0)
        {
            var lost = new Lost { Source = LossSource.Log, Count = skipped, FirstSequence = _place + 1, LastSequence = _place + skipped };
            metrics.WatcherLost((long)skipped);
            await LoseAsync(lost, cancellation);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            var told = _read[i];
            if (told.Type is StateEventType.KernelLoss or StateEventType.InterfaceLoss)
            {
                _place = told.Sequence;
                if (!(told.Type == StateEventType.InterfaceLoss ? options.WantsInterfaces(told.Namespace) : ConcernsNamespace(told.Namespace)))
                    continue;
                await LoseAsync(
                    new Lost { Source = LossSource.Kernel, FirstSequence = told.Sequence, LastSequence = told.Sequence }, cancellation);
                return;
            }

            if (Wanted(told))
                await AddAsync(EventMapping.ToProto(told), cancellation);
            _place = told.Sequence;
        }

        if (_batch.Events.Count > 0 && UntilBatch <= TimeSpan.Zero)
            await FlushAsync(cancellation);
    }

    private async Task LoseAsync(Lost lost, CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        await SendAsync(new WatchResponse { Lost = lost }, cancellation);
        if (options.FailOnLoss)
        {
            throw new ControlPlaneException(
                StatusCode.OutOfRange, ErrorReason.EventsLost, "events that this watch asked for are no longer held; watch again from a snapshot");
        }

        await SendSnapshotAsync(cancellation);
    }

    private async Task AddAsync(Event told, CancellationToken cancellation)
    {
        if (_batch.Events.Count == 0)
            _batchSince = time.GetTimestamp();
        _batch.Events.Add(told);
        if (_batch.Events.Count >= options.BatchEvents)
            await FlushAsync(cancellation);
    }

    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (_batch.Events.Count == 0)
            return;
        var full = _batch;
        _batch = new EventBatch();
        await SendAsync(new WatchResponse { Events = full }, cancellation);
    }

    private Task SendAsync(WatchResponse response, CancellationToken cancellation)
    {
        // Only sync and bookmark say where to resume; until then a watcher that sees events alone cannot.
        if (response.Sync is not null || response.Bookmark is not null)
            _toldLast = time.GetTimestamp();
        return send(response, cancellation);
    }

    private bool Wanted(StateEvent told)
        => (options.Allow.Count == 0 || options.Allow.Any(filter => filter.Matches(told)))
        && !options.Deny.Any(filter => filter.Matches(told));

    // A deny filter that names types says which events are unwanted, not which connections.
    private bool Wanted(Connection connection)
        => (options.Allow.Count == 0 || options.Allow.Any(filter => filter.Matches(connection)))
        && !options.Deny.Any(filter => filter.Types is null && filter.Matches(connection));

    private bool ConcernsNamespace(string name)
        => options.Allow.Count == 0 || options.Allow.Any(filter => filter.Namespaces.Count == 0 || filter.Namespaces.Contains(name));
}
