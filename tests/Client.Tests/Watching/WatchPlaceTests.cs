using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client.Tests.Support;

namespace Mptcp.ControlPlane.Client.Tests.Watching;

public sealed class WatchPlaceTests
{
    [Fact]
    public void Nothing_having_come_the_same_is_asked_for_again()
    {
        var request = new WatchRequest { Mode = WatchMode.FollowOnly, KnownConnections = { Told.Known(1, 11) } };
        var place = new WatchPlace(request);

        Assert.Equal(request, place.Open());
        Assert.Equal(request, place.Open());
    }

    [Theory]
    [InlineData(WatchMode.Unspecified)]
    [InlineData(WatchMode.SnapshotThenFollow)]
    public void A_resume_token_goes_without_a_mode_and_with_what_is_known(WatchMode mode)
    {
        var place = Place(
            new WatchRequest { Mode = mode },
            Told.Snapshot(Told.Of(1, 11), Told.Of(2, 21), Told.Of(3, 31, name: "blue")),
            Told.Sync("r1"),
            Told.Events("r2", Told.Of(1, 12, EventType.SubflowEstablished), Told.Closed(2), Told.Of(4, 41, EventType.ConnectionCreated)));

        var expected = new WatchRequest
        {
            ResumeToken = "r2",
            KnownConnections = { Told.Known(1, 12), Told.Known(4, 41), Told.Known(3, 31, "blue") },
        };
        Assert.Equal(expected, InOrder(place.Open()));
    }

    [Fact]
    public void What_a_removed_namespace_had_is_forgotten()
    {
        var place = Place(
            new WatchRequest(),
            Told.Snapshot(Told.Of(1, 11), Told.Of(2, 21, name: "blue"), Told.Of(3, 31, name: "blue")),
            Told.Sync("r1"),
            Told.Events("r2", new Event { Namespace = "blue", Type = EventType.NamespaceRemoved }));

        Assert.Equal([Told.Known(1, 11)], place.Open().KnownConnections);
    }

    [Fact]
    public void The_end_of_a_connection_whose_token_another_has_already_is_not_the_end_of_that()
    {
        var other = Told.Of(1, 99, EventType.ConnectionCreated);
        other.ConnectionId = 4711;
        var place = Place(new WatchRequest(), Told.Snapshot(Told.Of(1, 11)), Told.Sync("r1"), Told.Events("r2", other, Told.Closed(1)));

        Assert.Equal(4711ul, Assert.Single(place.Open().KnownConnections).ConnectionId);
    }

    [Fact]
    public void An_id_that_becomes_known_late_makes_no_other_connection()
    {
        var early = Told.Of(1, 11, EventType.ConnectionCreated);
        early.ConnectionId = 0;
        var place = Place(
            new WatchRequest(),
            Told.Sync("r1"),
            Told.Events("r2", early, Told.Of(1, 12, EventType.ConnectionUpdated)));

        Assert.Equal([Told.Known(1, 12)], place.Open().KnownConnections);
    }

    [Theory]
    [InlineData(false, new uint[] { 2 })]
    [InlineData(true, new uint[] { 1, 2 })]
    public void After_a_loss_the_snapshot_replaces_what_was_known_unless_it_was_the_difference(bool difference, uint[] expected)
    {
        var place = Place(
            new WatchRequest(),
            Told.Snapshot(Told.Of(1, 11), Told.Of(3, 31)),
            Told.Sync("r1"),
            Told.Lost(LossSource.Restart),
            Told.Snapshot(Told.Of(2, 21), Told.Closed(3)),
            Told.Sync("r2", difference));

        Assert.Equal(expected, InOrder(place.Open()).KnownConnections.Select(known => known.Token));
    }

    [Fact]
    public void A_snapshot_that_broke_off_after_a_loss_is_asked_for_and_not_what_follows_an_older_token()
    {
        var place = Place(
            new WatchRequest { Mode = WatchMode.FollowOnly, KnownConnections = { Told.Known(1, 11) } },
            Told.Sync("r1"),
            Told.Lost(LossSource.Log),
            Told.Snapshot(Told.Of(2, 21)));

        var expected = new WatchRequest
        {
            Mode = WatchMode.SnapshotThenFollow,
            KnownConnections = { Told.Known(1, 11), Told.Known(2, 21) },
        };
        Assert.Equal(expected, InOrder(place.Open()));
    }

    [Fact]
    public void One_connection_without_a_digest_and_no_difference_is_asked_for_until_it_is_gone()
    {
        var place = Place(new WatchRequest(), Told.Snapshot(Told.Of(1, 11), Told.Of(2, 0)), Told.Sync("r1"));
        Assert.Empty(place.Open().KnownConnections);

        place.Pass(Told.Events("r2", Told.Closed(2)));
        Assert.Equal([Told.Known(1, 11)], place.Open().KnownConnections);
    }

    [Fact]
    public void What_happens_without_a_digest_to_a_connection_that_is_not_known_changes_nothing()
    {
        var place = Place(
            new WatchRequest(),
            Told.Snapshot(Told.Of(1, 11)),
            Told.Sync("r1"),
            Told.Events("r2", Told.Of(9, 0, EventType.SubflowClosed)));

        Assert.Equal([Told.Known(1, 11)], place.Open().KnownConnections);
    }

    [Theory]
    [InlineData("namespace type token connection_id digest subflow.local", true)]
    [InlineData("namespace type token connection_id", false)]
    [InlineData("type", false)]
    public void A_mask_may_leave_out_what_a_difference_needs(string paths, bool isPossible)
    {
        var request = new WatchRequest { EventMask = new FieldMask { Paths = { paths.Split(' ') } } };
        var place = Place(request, Told.Snapshot(Told.Of(1, 11)), Told.Sync("r1"));

        Assert.Equal(isPossible ? 1 : 0, place.Open().KnownConnections.Count);
    }

    [Theory]
    [InlineData("r0", WatchMode.Unspecified)]
    [InlineData("", WatchMode.FollowOnly)]
    public void Who_began_without_a_snapshot_may_know_more_than_was_told_here(string resumeToken, WatchMode mode)
    {
        var place = Place(
            new WatchRequest { ResumeToken = resumeToken, Mode = mode },
            Told.Events("r1", Told.Of(1, 11, EventType.ConnectionCreated)));
        Assert.Equal(new WatchRequest { ResumeToken = "r1" }, place.Open());

        place.Pass(Told.Lost(LossSource.Restart));
        place.Pass(Told.Snapshot(Told.Of(2, 21)));
        place.Pass(Told.Sync("r2"));
        Assert.Equal([Told.Known(2, 21)], place.Open().KnownConnections);
    }

    [Fact]
    public void No_more_are_named_than_the_contract_allows_and_fewer_again_after_the_next_snapshot()
    {
        var place = Place(
            new WatchRequest(),
            Told.Snapshot(Enumerable.Range(1, WatchMemory.Most).Select(token => Told.Of((uint)token, 1))),
            Told.Sync("r1"));
        Assert.Equal(WatchMemory.Most, place.Open().KnownConnections.Count);

        place.Pass(Told.Events("r2", Told.Of(WatchMemory.Most + 1, 1, EventType.ConnectionCreated)));
        place.Pass(Told.Events("r3", Told.Closed(1), Told.Closed(2)));
        Assert.Equal(new WatchRequest { ResumeToken = "r3" }, place.Open());

        place.Pass(Told.Lost(LossSource.Restart));
        place.Pass(Told.Snapshot(Told.Of(5, 51)));
        Assert.True(place.MustBeginAgain);
        place.Pass(Told.Sync("r4"));
        Assert.Equal([Told.Known(5, 51)], place.Open().KnownConnections);
    }

    [Fact]
    public void A_part_of_a_snapshot_with_interfaces_is_not_one_to_tell_a_difference_to()
    {
        var place = Place(new WatchRequest(), Told.Snapshot(Told.Of(1, 11), new Event { Type = EventType.InterfaceSnapshot }));

        Assert.True(place.MustBeginAgain);
        Assert.Equal(new WatchRequest(), place.Open());
    }

    static WatchPlace Place(WatchRequest request, params IEnumerable<WatchResponse> messages)
    {
        var place = new WatchPlace(request.Clone());
        place.Open();
        foreach (var message in messages)
            place.Pass(message);
        return place;
    }

    static WatchRequest InOrder(WatchRequest request)
    {
        var ordered = request.KnownConnections.OrderByDescending(known => known.Namespace, StringComparer.Ordinal)
            .ThenBy(known => known.Token).ToList();
        request.KnownConnections.Clear();
        request.KnownConnections.Add(ordered);
        return request;
    }
}
