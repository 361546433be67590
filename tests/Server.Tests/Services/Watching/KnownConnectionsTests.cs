using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Filters;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State.Events;
using ConnectionState = Mptcp.ControlPlane.Server.State.ConnectionState;
using KnownConnections = Mptcp.ControlPlane.Server.Services.Watching.KnownConnections;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

/// <summary>What is told to a watcher that says what it knows.</summary>
public sealed class KnownConnectionsTests : IAsyncDisposable
{
    private readonly StreamLab _lab = new(capacity: 8);

    [Fact]
    public async Task A_snapshot_is_told_as_what_changed_what_is_new_and_what_is_gone()
    {
        Arrange();
        _lab.Start(new WatchOptions { Known = Known(1, 2, 9) });

        await AssertDifferenceAsync();
    }

    [Fact]
    public async Task Of_a_namespace_that_is_not_served_nothing_is_told_but_that()
    {
        await using var lab = new StreamLab { Namespaces = new HashSet<string> { "blue" } };
        lab.Start(new WatchOptions { Known = Known(1, 2, 9) });

        var told = Assert.Single((await lab.SnapshotAsync()).Events);
        Assert.Equal((EventType.NamespaceRemoved, "self", EventCause.Resume), (told.Type, told.Namespace, told.Cause));
    }

    [Fact]
    public async Task A_resume_after_a_restart_is_told_as_a_difference()
    {
        Arrange();
        _lab.Start(new WatchOptions { Known = Known(1, 2, 9), Resume = new ResumeToken(_lab.Identity.BootId, Guid.NewGuid(), 7) });

        Assert.Equal(LossSource.Restart, (await _lab.NextAsync()).Lost.Source);
        await AssertDifferenceAsync();
    }

    [Fact]
    public async Task A_resume_that_the_log_has_moved_past_is_told_as_a_difference()
    {
        Arrange();
        for (var i = 0; i < 20; i++)
            _lab.Append(StateEventType.ListenerCreated);
        _lab.Start(new WatchOptions { Known = Known(1, 2, 9), Resume = new ResumeToken(_lab.Identity.BootId, _lab.Identity.Epoch, 1) });

        var lost = (await _lab.NextAsync()).Lost;
        Assert.Equal((LossSource.Log, 19UL, 2UL, 20UL), (lost.Source, lost.Count, lost.FirstSequence, lost.LastSequence));
        await AssertDifferenceAsync();
    }

    [Fact]
    public async Task A_resume_that_the_log_can_serve_needs_no_difference()
    {
        Arrange();
        _lab.Append(StateEventType.ConnectionUpdated, 1);
        _lab.Start(new WatchOptions { Known = Known(9), Resume = new ResumeToken(_lab.Identity.BootId, _lab.Identity.Epoch, 0) });

        Assert.Equal(1UL, Assert.Single((await _lab.NextAsync()).Events.Events).Sequence);
    }

    [Fact]
    public async Task What_a_watcher_knew_is_forgotten_once_something_was_delivered()
    {
        Arrange();
        _lab.Start(new WatchOptions { Known = Known(1, 2, 9), Snapshot = false });
        Assert.False((await _lab.NextAsync()).Sync.Difference);
        _lab.Append(StateEventType.ConnectionUpdated, 1);
        await _lab.NextAsync();
        _lab.Lose(1);

        Assert.NotNull((await _lab.NextAsync()).Lost);
        var (told, sync) = await _lab.SnapshotAsync();
        Assert.Equal([1u, 2u, 3u], told.Select(one => one.Token));
        Assert.False(sync.Difference);
    }

    [Fact]
    public async Task A_connection_that_is_known_and_not_asked_for_any_more_is_told_once()
    {
        Arrange();
        _lab.Start(new WatchOptions { Known = Known(2), Allow = [new WatchFilter { Tokens = new HashSet<uint> { 1 } }] });

        var (told, sync) = await _lab.SnapshotAsync();
        Assert.Equal([1u, 2u], told.Select(one => one.Token));
        Assert.True(sync.Difference);
        _lab.Append(StateEventType.ConnectionUpdated, 2);
        _lab.Append(StateEventType.ConnectionUpdated, 1);
        Assert.Equal(1u, Assert.Single((await _lab.NextAsync()).Events.Events).Token);
    }

    [Fact]
    public async Task What_is_gone_is_told_before_another_connection_with_its_token()
    {
        _lab.Connections.Add(StreamLab.Known(5) with { Id = 77 });
        _lab.Start(new WatchOptions { Known = Known(5) });

        var (told, _) = await _lab.SnapshotAsync();
        Assert.Equal(
            [(EventType.ConnectionClosed, 5UL), (EventType.ConnectionSnapshot, 77UL)], told.Select(one => (one.Type, one.ConnectionId)));
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    // Of what the watcher will say that it knows, 1 is as it was, 2 has changed, 9 is gone; 3 is new.
    private void Arrange()
        => _lab.Connections.AddRange([StreamLab.Known(1), StreamLab.Known(2) with { State = ConnectionState.Orphaned }, StreamLab.Known(3)]);

    private static KnownConnections Known(params uint[] tokens)
    {
        var known = new KnownConnections();
        foreach (var token in tokens)
            known.Add("self", token, token, EventMapping.DigestOf(StreamLab.Known(token)));
        return known;
    }

    private async Task AssertDifferenceAsync()
    {
        var (told, sync) = await _lab.SnapshotAsync();
        Assert.True(sync.Difference);
        Assert.Equal(
            [
                (9u, 9UL, EventType.ConnectionClosed, EventOrigin.Reconciled, EventCause.Resume),
                (2u, 2UL, EventType.ConnectionSnapshot, EventOrigin.Snapshot, EventCause.Unspecified),
                (3u, 3UL, EventType.ConnectionSnapshot, EventOrigin.Snapshot, EventCause.Unspecified),
            ],
            told.Select(one => (one.Token, one.ConnectionId, one.Type, one.Origin, one.Cause)));
    }
}
