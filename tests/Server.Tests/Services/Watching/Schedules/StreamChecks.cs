using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>Asserts of the messages of one stream, one after the other, what the contract says of them.</summary>
internal sealed class StreamChecks
{
    private readonly SimulatedDaemon _daemon;
    private readonly ReferenceFilter _filter;
    private readonly int _mostEvents;
    private readonly TimeProvider _time;
    private List<Event>? _snapshot;
    private Lost? _lost;
    private bool _mustLose;
    private DateTimeOffset? _lostLast;

    // Up to here everything was delivered, or did not match, or is in a snapshot.
    private ulong _place;

    public StreamChecks(SimulatedDaemon daemon, ReferenceFilter filter, WatchRequest request, TimeProvider time)
    {
        (_daemon, _filter, _time) = (daemon, filter, time);
        _mostEvents = request.Batch?.MaxEvents is > 0 and var most ? (int)most : WatchOptions.DefaultBatch;
        if (request.ResumeToken.Length == 0)
        {
            _snapshot = [];
            return;
        }

        var token = ResumeToken.TryParse(request.ResumeToken)!.Value;
        _mustLose = token.Epoch != daemon.Identity.Epoch;
        _place = _mustLose ? 0 : token.Sequence;
    }

    public bool IsInSnapshot => _snapshot is not null;

    public bool IsAt(ulong sequence) => !_mustLose && !IsInSnapshot && _place >= sequence;

    public override string ToString() => $"at {_place}, in a snapshot: {IsInSnapshot}, must lose: {_mustLose}";

    /// <summary>Checks the next message.</summary>
    /// <returns>The resume token that came with it, or nothing.</returns>
    public string Check(WatchResponse message)
    {
        Assert.True(!_mustLose || message.Lost?.Source == LossSource.Restart, "a token of another daemon is answered with a loss");
        switch (message)
        {
            case { Events: { } batch }:
                Assert.InRange(batch.Events.Count, 1, _mostEvents);
                CheckEvents(batch);
                return batch.ResumeToken;
            case { Bookmark: { } bookmark }:
                Assert.False(IsInSnapshot, "a bookmark in a snapshot");
                GoOn(bookmark.Sequence, bookmark.ResumeToken);
                return bookmark.ResumeToken;
            case { Sync: { } sync }:
                CheckSync(sync);
                return sync.ResumeToken;
            case { Lost: { } lost }:
                CheckLost(lost);
                return "";
            default:
                throw new InvalidOperationException($"a message that says nothing: {message}");
        }
    }

    /// <summary>The events of the snapshot that a sync has ended.</summary>
    public IReadOnlyList<Event> TakeSnapshot()
    {
        var snapshot = _snapshot!;
        _snapshot = null;
        return snapshot;
    }

    private void CheckEvents(EventBatch batch)
    {
        if (_snapshot is not null)
        {
            Assert.Equal("", batch.ResumeToken);
            Assert.All(batch.Events, told => Assert.True(
                told is { Type: EventType.ConnectionSnapshot, Origin: EventOrigin.Snapshot }
                    or { Type: EventType.ConnectionClosed, Origin: EventOrigin.Reconciled, Cause: EventCause.Resume },
                $"in a snapshot came {told}"));
            _snapshot.AddRange(batch.Events);
            return;
        }

        foreach (var told in batch.Events)
        {
            Assert.True(told.Sequence > _place, $"{told.Sequence} came after {_place}");
            SkipTo(told.Sequence - 1);
            Assert.True(IsSelected(told.Sequence), $"nobody asked for {told} with {_filter}");
            _place = told.Sequence;
        }

        GoOn(ResumeToken.TryParse(batch.ResumeToken)!.Value.Sequence, batch.ResumeToken);
    }

    private void GoOn(ulong sequence, string token)
    {
        Assert.Equal(new ResumeToken(_daemon.Identity.BootId, _daemon.Identity.Epoch, sequence), ResumeToken.TryParse(token));
        Assert.InRange(sequence, _place, _daemon.Log.Last);
        SkipTo(sequence);
    }

    private void SkipTo(ulong sequence)
    {
        for (; _place < sequence; _place++)
            Assert.False(IsSelected(_place + 1), $"{_place + 1} was left out silently, with {_filter}: {_daemon.Find(_place + 1).Event}");
    }

    private bool IsSelected(ulong sequence)
    {
        var (told, before) = _daemon.Find(sequence);
        return _filter.Selects(told, before);
    }

    private void CheckSync(Sync sync)
    {
        Assert.NotNull(_snapshot);
        Assert.All(_snapshot, told => Assert.Equal(sync.Sequence, told.Sequence));
        Assert.InRange(sync.Sequence, _place, _daemon.Log.Last);
        // All that the snapshot takes the place of is told as lost.
        if (_lost is { Source: not LossSource.Restart } lost)
            Assert.Equal((_place + 1, sync.Sequence), (lost.FirstSequence, lost.LastSequence));
        if (_lost is { Source: LossSource.Kernel } dropped)
            CheckDropped(dropped, sync.Sequence);
        (_place, _lost) = (sync.Sequence, null);
        GoOn(sync.Sequence, sync.ResumeToken);
    }

    private void CheckLost(Lost lost)
    {
        Assert.False(IsInSnapshot, "a loss in a snapshot");
        var now = _time.GetUtcNow();
        Assert.True(_lostLast is not { } last || now - last >= TimeSpan.FromSeconds(1), $"losses at {_lostLast} and {now}");
        Assert.Equal(_mustLose, lost.Source == LossSource.Restart);
        if (lost.Source == LossSource.Restart)
            Assert.Equal(new Lost { Source = LossSource.Restart }, lost);
        else
            SkipTo(lost.FirstSequence - 1);
        (_lostLast, _lost, _mustLose, _snapshot) = (now, lost, false, []);
    }

    private void CheckDropped(Lost lost, ulong until)
    {
        var losses = new List<StateEvent>();
        for (var sequence = _place + 1; sequence <= until; sequence++)
        {
            if (_daemon.Find(sequence).Event is { Type: StateEventType.KernelLoss } told && IsSelected(sequence))
                losses.Add(told);
        }

        var passedOver = until - _place - (ulong)losses.Count;
        ulong? sum = losses.Any(told => told.Dropped is null) ? null : losses.Aggregate(passedOver, (all, told) => all + told.Dropped!.Value);
        Assert.True(
            sum == (lost.HasCount ? lost.Count : null), $"{lost} of {_filter} is to tell of {sum}: {string.Join(", ", losses)}, after {_place}");
        Assert.Equal(losses.DistinctBy(told => told.Namespace).Count() == 1 ? losses[0].Namespace : "", lost.Namespace);
    }
}
