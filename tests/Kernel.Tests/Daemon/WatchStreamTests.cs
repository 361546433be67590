using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>What a stream begins with, leaves out, and goes on from.</summary>
public class WatchStreamTests(ServedLab served) : IClassFixture<ServedLab>
{
    public static TheoryData<AddressKind> Kinds { get; } = new(System.Enum.GetValues<AddressKind>());

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task Every_type_of_event_reaches_a_watcher_of_either_end(AddressKind kind)
    {
        foreach (var side in System.Enum.GetValues<Side>())
        {
            await using var pair = await served.ConnectAsync(kind, side);
            await MakeEveryTypeAsync(pair);

            EventType[] here =
            [
                EventType.ConnectionCreated, EventType.ConnectionEstablished, EventType.SubflowRequested, EventType.SubflowEstablished,
                EventType.SubflowPriority, EventType.SubflowClosed, EventType.ConnectionClosed,
            ];
            EventType[] there = [.. here.Where(type => type != EventType.SubflowRequested), EventType.AddressAnnounced, EventType.AddressRemoved];
            Assert.Equal(here.Order(), TypesOf(pair.Token));
            Assert.Equal(there.Order(), TypesOf(pair.PeerToken));

            // When more becomes known of a connection is no matter of what happens to it.
            IEnumerable<EventType> TypesOf(uint token) =>
                pair.Watch.Events.Where(told => told.Token == token && told.Type != EventType.ConnectionUpdated)
                    .Select(told => told.Type).Distinct().Order();
        }
    }

    [LabFact]
    public async Task A_snapshot_alone_tells_every_connection_and_ends_well()
    {
        await using var one = await served.ConnectAsync();
        await using var other = await served.ConnectAsync(AddressKind.IPv6);
        var subflow = await one.JoinAsync();

        await using var watch = await WatchProbe.StartAsync(served.Client, new WatchRequest { Mode = WatchMode.SnapshotOnly });

        Assert.Null(await watch.Ended);
        Assert.NotNull(watch.Messages[^1].Sync);
        Assert.All(watch.Events, told => Assert.Equal(EventOrigin.Snapshot, told.Origin));
        Assert.All(watch.Events.Where(told => told.Token != 0), told => Assert.Equal(EventType.ConnectionSnapshot, told.Type));
        Assert.All(watch.Events, told => Assert.Equal(watch.Messages[^1].Sync.Sequence, told.Sequence));
        foreach (var token in new[] { one.Token, one.PeerToken, other.Token, other.PeerToken })
            Assert.Single(watch.Events, told => told.Token == token);
        Assert.Equal([true, false], watch.Events.Single(told => told.Token == one.Token).Connection.Subflows.Select(known => known.Initial));
        Assert.Contains(subflow, watch.Events.Single(told => told.Token == one.Token).Connection.Subflows);
    }

    [LabFact]
    public async Task Following_alone_begins_with_sync_and_tells_changes_only()
    {
        await using var before = await served.ConnectAsync();
        await using var watch = await WatchProbe.StartAsync(served.Client, new WatchRequest { Mode = WatchMode.FollowOnly });

        await before.JoinAsync();
        await watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == before.PeerToken);

        Assert.NotNull(watch.Messages[0].Sync);
        Assert.DoesNotContain(watch.Events, told => told.Type == EventType.ConnectionSnapshot);
        AssertGapless(watch.Messages[0].Sync.Sequence, watch.Events);
    }

    [LabFact]
    public async Task A_snapshot_is_followed_by_everything_since()
    {
        await using var before = await served.ConnectAsync();
        await using var watch = await WatchProbe.StartAsync(served.Client, new WatchRequest());
        var known = watch.Events.Count;

        await using var after = await served.ConnectAsync();
        await watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == after.PeerToken);
        await watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == after.Token);

        var sync = watch.Messages.First(message => message.Sync is not null).Sync;
        Assert.Contains(watch.Events.Take(known), told => told.Token == before.Token);
        Assert.All(watch.Events.Take(known), told => Assert.Equal(EventOrigin.Snapshot, told.Origin));
        AssertGapless(sync.Sequence, watch.Events.Skip(known));
    }

    [LabFact]
    public async Task A_resume_token_goes_on_without_a_loss_and_without_a_repeat()
    {
        await using var all = await WatchProbe.StartAsync(served.Client, new WatchRequest { Mode = WatchMode.FollowOnly });
        var often = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100));
        await using var first = await WatchProbe.StartAsync(
            served.Client, new WatchRequest { Mode = WatchMode.FollowOnly, BookmarkInterval = often });
        await using var pair = await served.ConnectAsync();
        var established = await all.FirstAsync(EventType.ConnectionEstablished, told => told.Token == pair.Token);
        var bookmark = (await first.MessageAsync(
            "a bookmark after the connection", message => message.Bookmark?.Sequence >= established.Sequence)).Bookmark;
        await first.DisposeAsync();
        await pair.JoinAsync();

        await using var second = WatchProbe.Start(served.Client, new WatchRequest { ResumeToken = bookmark.ResumeToken });
        await pair.JoinAsync(path: 3);
        var last = (await all.FirstAsync(
            EventType.SubflowEstablished,
            told => told.Token == pair.PeerToken && told.Subflow.Local.Address == pair.PeerLocal(3).Address)).Sequence;
        await second.MessageAsync("the last event", message => message.Events?.Events.Any(told => told.Sequence >= last) ?? false);

        var told = first.Events.Where(told => told.Sequence <= bookmark.Sequence).Concat(second.Events).ToList();
        var begin = first.Messages[0].Sync.Sequence;
        Assert.Equal(UpToLast(all.Events.Where(told => told.Sequence > begin)), UpToLast(told));
        Assert.InRange(UpToLast(second.Events).Count(), 4, int.MaxValue);
        Assert.DoesNotContain(second.Messages, message => message.Lost is not null);

        IEnumerable<ulong> UpToLast(IEnumerable<Event> events) => events.Select(one => one.Sequence).TakeWhile(sequence => sequence <= last);
    }

    [LabFact]
    public async Task A_filter_lets_through_what_matches_it_and_nothing_else()
    {
        await using var watched = await served.ConnectAsync();
        await using var other = await served.ConnectAsync(AddressKind.IPv6);
        var id = (await watched.GetAsync()).Id;
        var filters = new Dictionary<string, EventFilter>
        {
            ["token"] = new() { Tokens = { watched.Token } },
            ["id"] = new() { ConnectionIds = { id } },
            ["namespace and prefix"] = new() { Namespaces = { ServedLab.ClientName }, LocalPrefixes = { "198.18.0.0/15" } },
            ["port"] = new() { LocalPorts = { new PortRange { First = (uint)watched.Connection.LocalEndPoint.Port } } },
            ["side and prefix"] = new() { ServerSide = false, RemotePrefixes = { "198.18.1.0/24" } },
        };
        var watches = new List<WatchProbe>();
        foreach (var filter in filters.Values)
            watches.Add(await WatchProbe.StartAsync(served.Client, new WatchRequest { Allow = { filter } }));
        await using var types = await WatchProbe.StartAsync(
            served.Client,
            new WatchRequest { Mode = WatchMode.FollowOnly, Allow = { new EventFilter { Types_ = { EventType.SubflowEstablished } } } });
        await using var denied = await WatchProbe.StartAsync(
            served.Client, new WatchRequest { Mode = WatchMode.FollowOnly, Deny = { new EventFilter { Tokens = { watched.Token } } } });

        await other.JoinAsync();
        await watched.JoinAsync();

        foreach (var (watch, name) in watches.Zip(filters.Keys))
        {
            await watch.FirstAsync(EventType.SubflowEstablished);
            Assert.True(
                watch.Events.All(told => told.Token == watched.Token),
                $"the filter by {name} lets through:\n{string.Join('\n', watch.Events)}");
            Assert.Equal(EventType.ConnectionSnapshot, watch.Events[0].Type);
            await watch.DisposeAsync();
        }

        await types.FirstAsync(EventType.SubflowEstablished, told => told.Token == watched.Token);
        Assert.All(types.Events, told => Assert.Equal(EventType.SubflowEstablished, told.Type));
        await denied.FirstAsync(EventType.SubflowEstablished, told => told.Token == watched.PeerToken);
        Assert.DoesNotContain(denied.Events, told => told.Token == watched.Token);
        Assert.Contains(denied.Events, told => told.Token == other.Token);
    }

    async Task MakeEveryTypeAsync(ServedPair pair)
    {
        var subflow = await pair.JoinAsync();
        await served.Connections.UpdateSubflowAsync(new UpdateSubflowRequest
        {
            Namespace = pair.Namespace,
            Token = pair.Token,
            Subflow = new Subflow { Local = subflow.Local, Remote = subflow.Remote, Backup = true },
            UpdateMask = new FieldMask { Paths = { "backup" } },
        });
        await served.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest { Namespace = pair.Namespace, Token = pair.Token, Address = pair.Local(3), AddressId = 9 });
        await pair.Watch.FirstAsync(EventType.AddressAnnounced, told => told.Token == pair.PeerToken);
        await served.Connections.WithdrawAddressAsync(new WithdrawAddressRequest { Namespace = pair.Namespace, Token = pair.Token, AddressId = 9 });
        await pair.Watch.FirstAsync(EventType.AddressRemoved, told => told.Token == pair.PeerToken);
        await served.Connections.DestroySubflowAsync(
            new DestroySubflowRequest { Namespace = pair.Namespace, Token = pair.Token, Local = subflow.Local, Remote = subflow.Remote });
        foreach (var token in new[] { pair.Token, pair.PeerToken })
            await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == token);
        pair.Connection.Dispose();
        pair.Peer.Dispose();
        pair.Pair.Listener.Dispose();
        foreach (var token in new[] { pair.Token, pair.PeerToken })
            await pair.Watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == token);
        await pair.Watch.FirstAsync(EventType.ListenerCreated, told => told.Namespace == ServedLab.ServerName);
        await pair.Watch.FirstAsync(EventType.ListenerClosed, told => told.Namespace == ServedLab.ServerName);
    }

    static void AssertGapless(ulong before, IEnumerable<Event> events)
    {
        foreach (var told in events)
            Assert.Equal(++before, told.Sequence);
    }
}
