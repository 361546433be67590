using Mptcp.ControlPlane.Server.Sessions.Election;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Election;

/// <summary>Who of the sessions of a role is primary.</summary>
public sealed class RoleElectionTests
{
    private readonly RoleElection<string> _election = new();

    [Fact]
    public void The_one_with_the_highest_id_that_was_ever_bid_is_primary()
    {
        _election.Join(3, "low");
        _election.Join(7, "high");
        Assert.Equal("high", _election.FindPrimary(7));
    }

    [Fact]
    public void Nobody_with_less_is_promoted_when_the_primary_goes()
    {
        _election.Join(3, "low");
        _election.Join(7, "high");
        _election.Leave(7);
        Assert.Null(_election.FindPrimary(7));
        Assert.Equal(1, _election.Count);
    }

    [Fact]
    public void Who_comes_with_less_than_was_bid_before_is_not_primary_though_it_is_alone()
    {
        _election.Join(3, "low");
        Assert.Null(_election.FindPrimary(7));
    }

    [Fact]
    public void A_live_session_alone_has_its_id_and_none_can_join_under_it()
    {
        _election.Join(ulong.MaxValue, "first");
        Assert.True(_election.Has(ulong.MaxValue));
        Assert.Throws<ArgumentException>(() => _election.Join(ulong.MaxValue, "second"));
        _election.Leave(ulong.MaxValue);
        Assert.False(_election.Has(ulong.MaxValue));
        _election.Join(ulong.MaxValue, "second");
        Assert.Equal("second", _election.FindPrimary(ulong.MaxValue));
    }

    [Fact]
    public void They_are_listed_the_highest_first_in_whichever_order_they_came()
    {
        foreach (var id in new ulong[] { 5, ulong.MaxValue, 1, 9 })
            _election.Join(id, $"{id}");
        Assert.Equal([ulong.MaxValue, 9, 5, 1], _election.Sessions.Select(session => session.Key));
    }
}
