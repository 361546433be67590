using System.Buffers;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>
/// One watcher's way through the event log. It keeps nothing but its place: a slow watcher falls behind the log, is told
/// what it lost, and begins again from a snapshot.
/// </summary>
/// <param name="log">What happens.</param>
/// <param name="snapshot">Reads what is.</param>
/// <param name="identity">Which run of the daemon the log is of.</param>
/// <param name="options">What the watcher asked for.</param>
/// <param name="reach">What the watcher may know of.</param>
/// <param name="send">Takes each message; it is awaited before the next.</param>
/// <param name="metrics">Counts what was lost.</param>
/// <param name="time">The clock of bookmarks, batches and losses.</param>
internal sealed class WatchStream(
    EventLog log, Func<CancellationToken, Task<StateSnapshot>> snapshot, DaemonIdentity identity, WatchOptions options, Access reach,
    Func<WatchMessage, CancellationToken, Task> send, ServerMetrics metrics, TimeProvider time)
{
    private const int MostEventsPerRead = 2048;

    // Timers reach no further than some weeks; waking up now and then costs nothing.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // A watcher that cannot keep up is told so no more often, however fast it loses.
    private static readonly TimeSpan LossPace = TimeSpan.FromSeconds(1);

    private readonly WatchBatch _batch = new(options.BatchEvents, options.Mask);
    private KnownConnections? _known = options.TakeKnown();
    private long _batchSince;
    private long _toldLast;
    private long _deliveredLast;
    private long? _lostLast;

    /// <summary>The number of the last event that was delivered, or did not match, or is in a snapshot that was delivered.</summary>
    private ulong _place;

    /// <summary>The place that the last resume token tells.</summary>
    private ulong _toldPlace;

    /// <exception cref="ControlPlaneException">OUT_OF_RANGE: events were lost, and the watcher wanted to be told so.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        while (options.Follow)
        {
            await WaitAsync(cancellation);
            await ReadOnAsync(cancellation);
            if (UntilBookmark <= TimeSpan.Zero)
            {
                await FlushAsync(Token, cancellation);
                await SendAsync(new WatchResponse { Bookmark = new Bookmark { Sequence = _place, ResumeToken = Token } }, cancellation);
            }
        }
    }

    private bool IsLoss(StateEvent told) => reach.Reaches(told.Namespace) && options.IsLoss(told);

    private string Token => new ResumeToken(identity.BootId, identity.Epoch, _place).ToString();

    /// <summary>How long until a bookmark is due; the longest time when none is.</summary>
    private TimeSpan UntilBookmark
    {
        get
        {
            var left = TimeSpan.MaxValue;
            if (options.BookmarkInterval > TimeSpan.Zero)
                left = options.BookmarkInterval - time.GetElapsedTime(_toldLast);
            if (options.BookmarkIdle > TimeSpan.Zero && _place != _toldPlace)
                left = Shorter(left, options.BookmarkIdle - time.GetElapsedTime(_deliveredLast));
            return left;
        }
    }

    private TimeSpan UntilBatch => options.BatchDelay - time.GetElapsedTime(_batchSince);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (options.Resume is { } resume)
            await ResumeAsync(resume, cancellation);
        else if (options.Snapshot)
            await SendSnapshotAsync(await snapshot(cancellation), cancellation);
        else
            await SyncAsync(log.Last, isDifference: false, cancellation);
    }

    private async Task ResumeAsync(ResumeToken resume, CancellationToken cancellation)
    {
        if (resume.Boot == identity.BootId && resume.Epoch == identity.Epoch && resume.Sequence <= log.Last)
        {
            // If the log has moved on past it, the first read will say so.
            _place = _toldPlace = resume.Sequence;
            // It may take megabytes, and is of use only where the log has moved on; what the stream is for may never come.
            if (log.Read(_place, new StateEvent[1]).Skipped == 0)
                _known = null;
            _toldLast = _deliveredLast = time.GetTimestamp();
            return;
        }

        await TellLossAsync(new Lost { Source = LossSource.Restart }, cancellation);
        await SendSnapshotAsync(await snapshot(cancellation), cancellation);
    }

    private async Task SendSnapshotAsync(StateSnapshot all, CancellationToken cancellation)
    {
        all = reach.Reduce(all);
        var known = _known;
        _known = null;
        var now = time.GetUtcNow();
        // First, as another connection may have the token by now, or the same one an id.
        foreach (var name in known?.FindUnserved(all) ?? [])
            await AddAsync(EventMapping.ToUnserved(name, all.Sequence, now), cancellation);
        foreach (var gone in known?.FindGone(all) ?? [])
            await AddAsync(EventMapping.ToProto(gone, all.Sequence, now), cancellation);
        foreach (var one in all.Interfaces.Where(one => options.WantsInterfaces(one.Namespace)))
            await AddAsync(EventMapping.ToProto(one, all.Sequence, now), cancellation);
        foreach (var connection in all.Connections)
        {
            // One that the watcher knows but does not ask for any more is told once more, so that it sees why.
            if (known is null ? !options.Wants(connection) : known.KnowsAsItIs(connection) || !(options.Wants(connection) || known.Knows(connection)))
                continue;
            await AddAsync(EventMapping.ToProto(connection, all.Sequence, now), cancellation);
        }

        await FlushAsync(resumeToken: "", cancellation);
        await SyncAsync(all.Sequence, isDifference: known is not null, cancellation);
    }

    private Task SyncAsync(ulong sequence, bool isDifference, CancellationToken cancellation)
    {
        _place = sequence;
        var sync = new Sync { Sequence = sequence, ResumeToken = Token, Difference = isDifference };
        return SendAsync(new WatchResponse { Sync = sync }, cancellation);
    }

    /// <summary>Waits for something to do: an event, a batch that is due, or a bookmark that is.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        var longest = _batch.IsEmpty ? UntilBookmark : Shorter(UntilBookmark, UntilBatch);
        if (longest == TimeSpan.MaxValue)
        {
            await log.WaitAsync(_place, cancellation);
            return;
        }

        using var due = new CancellationTokenSource(longest < TimeSpan.Zero ? TimeSpan.Zero : Shorter(longest, LongestWait), time);
        using var dueOrEnded = CancellationTokenSource.CreateLinkedTokenSource(cancellation, due.Token);
        try
        {
            await log.WaitAsync(_place, dueOrEnded.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing came, and the time for what waits has.
        }
    }

    private async Task ReadOnAsync(CancellationToken cancellation)
    {
        if (!Gather())
            await LoseAsync(cancellation);
        else if (_batch.IsFull || UntilBatch <= TimeSpan.Zero)
            await FlushAsync(Token, cancellation);
    }

    /// <summary>Reads on, until there is nothing more to read for now, or the batch is full.</summary>
    /// <returns>False when it came to a loss.</returns>
    private bool Gather()
    {
        // Lent until before anything is sent: thousands of watchers may wait, for events or for their readers.
        var most = Math.Min(options.BatchEvents, MostEventsPerRead);
        var read = ArrayPool<StateEvent>.Shared.Rent(most);
        try
        {
            var (count, skipped) = log.Read(_place, read.AsSpan(0, most));
            return skipped == 0 && Gather(read.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<StateEvent>.Shared.Return(read, clearArray: true);
        }
    }

    private bool Gather(ReadOnlySpan<StateEvent> read)
    {
        foreach (var told in read)
        {
            if (IsLoss(told))
                return false;
            if (_batch.IsFull)
                return true;
            _place = told.Sequence;
            if (told.Type is StateEventType.KernelLoss or StateEventType.InterfaceLoss || !reach.Reaches(told) || !options.Wants(told))
                continue;
            // What the watcher knew is not what it knows any more.
            _known = null;
            if (_batch.IsEmpty)
                _batchSince = time.GetTimestamp();
            _batch.Add(told);
        }

        return true;
    }

    /// <summary>
    /// Tells what was lost from the watcher's place on, and begins again from a snapshot, or ends. While there can be no snapshot,
    /// because more is being lost, it is told so again and again.
    /// </summary>
    private async Task LoseAsync(CancellationToken cancellation)
    {
        await FlushAsync(Token, cancellation);
        if (options.FailOnLoss)
            await TellLossAsync(log.Last, cancellation);
        var taking = snapshot(cancellation);
        while (true)
        {
            if (_lostLast is { } last && LossPace - time.GetElapsedTime(last) is { Ticks: > 0 } left)
                await Task.Delay(left, time, cancellation);
            if (!await IsThereAsync(taking, cancellation))
            {
                await TellLossAsync(log.Last, cancellation);
                continue;
            }

            var all = await taking;
            // All that is lost until then is told, and what comes after is delivered.
            if (all.Sequence > _place)
                await TellLossAsync(all.Sequence, cancellation);
            if (all.Sequence >= _place)
            {
                await SendSnapshotAsync(all, cancellation);
                return;
            }

            taking = snapshot(cancellation);
        }
    }

    /// <summary>Waits for a snapshot, for as long as no loss is told.</summary>
    private async Task<bool> IsThereAsync(Task<StateSnapshot> taking, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = await Task.WhenAny(taking, Task.Delay(LossPace, time, enough.Token));
        await enough.CancelAsync();
        return first == taking;
    }

    private async Task TellLossAsync(ulong until, CancellationToken cancellation)
    {
        var losses = Losses.Read(log, _place, until, IsLoss);
        metrics.WatcherLost((long)losses.Skipped);
        _place = until;
        await TellLossAsync(losses.ToProto(), cancellation);
    }

    private async Task TellLossAsync(Lost lost, CancellationToken cancellation)
    {
        await SendAsync(new WatchResponse { Lost = lost }, cancellation);
        // Only now, as a slow watcher may have had it wait.
        _lostLast = time.GetTimestamp();
        if (options.FailOnLoss)
        {
            throw new ControlPlaneException(
                StatusCode.OutOfRange, ErrorReason.EventsLost, "events that this watch asked for are no longer held; watch again from a snapshot");
        }
    }

    private async Task AddAsync(Event told, CancellationToken cancellation)
    {
        _batch.Add(told);
        if (_batch.IsFull)
            await FlushAsync(resumeToken: "", cancellation);
    }

    private async Task FlushAsync(string resumeToken, CancellationToken cancellation)
    {
        if (_batch.IsEmpty)
            return;
        await send(_batch.Take(resumeToken), cancellation);
        _deliveredLast = time.GetTimestamp();
        if (resumeToken.Length > 0)
            _toldPlace = _place;
    }

    private async Task SendAsync(WatchResponse response, CancellationToken cancellation)
    {
        await send(new WatchMessage(response), cancellation);
        if (response.Lost is not null)
            return;
        _toldLast = _deliveredLast = time.GetTimestamp();
        _toldPlace = _place;
    }
}
