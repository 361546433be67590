using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Filters;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Tests.State;
using ConnectionOwner = Mptcp.ControlPlane.Server.State.ConnectionOwner;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

/// <summary>What a watcher is told when a filter that selected a connection does so no more, or the other way round.</summary>
public sealed class ChangedSelectionTests : IAsyncDisposable
{
    private const ulong Id = 4711;
    private static readonly WatchFilter Curl = new() { Owner = new OwnerFilter { Commands = new HashSet<string> { "curl" } } };

    private readonly StreamLab _lab = new();
    private readonly FakeSockets _sockets = new() { Connections = { [KernelEvents.Token] = FakeSockets.Connection(Id) } };
    private readonly ConnectionTable _table;

    public ChangedSelectionTests()
    {
        _table = new ConnectionTable("self", _sockets, told => _lab.Append(told));
    }

    [Fact]
    public async Task An_owner_that_becomes_known_is_told_to_who_asked_for_it_and_so_is_the_next_one_and_no_more()
    {
        await FollowAsync(new WatchOptions { Snapshot = false, Allow = [Curl] });
        _table.Reconcile(FakeSockets.Connection(Id), StateEventCause.Survey, DateTimeOffset.UnixEpoch);
        Identify("curl");
        Identify("ssh");
        Identify("scp");
        Identify("curl");

        Assert.Equal([(2UL, "curl"), (3UL, "ssh"), (5UL, "curl")], await CommandsAsync(3));
    }

    [Fact]
    public async Task An_owner_that_is_denied_is_told_once_to_who_has_the_connection()
    {
        await FollowAsync(new WatchOptions { Snapshot = false, Deny = [Curl] });
        _table.Reconcile(FakeSockets.Connection(Id), StateEventCause.Survey, DateTimeOffset.UnixEpoch);
        Identify("curl");
        _table.RemoveGone(_table.Find(KernelEvents.Token)!, StateEventCause.Survey, DateTimeOffset.UnixEpoch);
        _lab.Append(StateEventType.ListenerCreated);

        Assert.Equal(new ulong[] { 1, 2, 4 }, await SequencesAsync(3));
    }

    [Fact]
    public async Task What_was_not_known_at_first_and_is_denied_is_told_once_to_who_has_the_connection()
    {
        // The socket is looked at too late: neither id nor owner are known when the connection is told.
        _sockets.Answer = false;
        await FollowAsync(new WatchOptions
        {
            Snapshot = false,
            Deny = [new WatchFilter { Owner = new OwnerFilter { UserIds = new HashSet<uint> { 1000 } } }, new WatchFilter { ConnectionIds = new HashSet<ulong> { Id } }],
        });
        _table.Apply(KernelEvents.Created(), DateTimeOffset.UnixEpoch);
        _table.Reconcile(FakeSockets.Connection(Id), StateEventCause.Survey, DateTimeOffset.UnixEpoch);
        _table.RemoveGone(_table.Find(KernelEvents.Token)!, StateEventCause.Survey, DateTimeOffset.UnixEpoch);
        _lab.Append(StateEventType.ListenerCreated);

        // Created, established, updated with what is denied; the end of it is not told.
        Assert.Equal(new ulong[] { 1, 2, 3, 5 }, await SequencesAsync(4));
    }

    [Fact]
    public async Task Who_denies_connections_is_told_that_a_namespace_is_gone_unless_he_denies_that()
    {
        var removed = new WatchFilter { Types = new HashSet<StateEventType> { StateEventType.NamespaceAdded } };
        await FollowAsync(new WatchOptions { Snapshot = false, Deny = [Curl, removed] });
        _lab.Append(StateEventType.NamespaceAdded);
        _lab.Append(StateEventType.NamespaceRemoved);

        Assert.Equal(2UL, Assert.Single(await EventsAsync(1)).Sequence);
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private void Identify(string command)
        => _table.Identify(KernelEvents.Token, Id, 7, new ConnectionOwner(1000, "/", 42, command), null, DateTimeOffset.UnixEpoch);

    private async Task FollowAsync(WatchOptions options)
    {
        _lab.Start(options);
        Assert.NotNull((await _lab.NextAsync()).Sync);
    }

    private async Task<ulong[]> SequencesAsync(int count) => [.. (await EventsAsync(count)).Select(told => told.Sequence)];

    private async Task<(ulong, string)[]> CommandsAsync(int count)
        => [.. (await EventsAsync(count)).Select(told => (told.Sequence, told.Connection.Owner.Command))];

    private async Task<List<Event>> EventsAsync(int count)
    {
        var events = new List<Event>();
        while (events.Count < count)
            events.AddRange((await _lab.NextAsync()).Events.Events);
        return events;
    }
}
