using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Mapping;
using ConnectionOwner = Mptcp.ControlPlane.Server.State.ConnectionOwner;

namespace Mptcp.ControlPlane.Server.Tests.Services.Filters;

public class OwnerFilterTests
{
    private static readonly ConnectionOwner Owner = new(1000, "/a/b", 42, "curl");

    [Theory]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/a/b", true)]
    [InlineData("/a/", "/a/b", true)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/a/b", "/a", false)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/a/b", true)]
    [InlineData("/", "", false)] // A cgroup that cannot be seen.
    public void A_cgroup_stands_for_itself_and_what_is_below_it(string asked, string has, bool matches)
        => Assert.Equal(matches, Matches(new EventFilter { Cgroups = { asked } }, Owner with { Cgroup = has }));

    [Fact]
    public void Every_list_that_is_given_must_have_an_entry_that_matches()
    {
        var filter = new EventFilter { Uids = { 999, 1000 }, Cgroups = { "/x", "/a" }, Commands = { "ssh", "curl" } };
        Assert.True(Matches(filter, Owner));
        Assert.False(Matches(filter, Owner with { UserId = 1 }));
        Assert.False(Matches(filter, Owner with { Cgroup = "/" }));
        Assert.False(Matches(filter, Owner with { Command = "cur" }));
    }

    [Fact]
    public void An_owner_that_is_not_known_matches_nothing_that_is_asked()
    {
        Assert.False(Matches(new EventFilter { Uids = { 0 } }, null));
        Assert.False(Matches(new EventFilter { Cgroups = { "/" } }, null));
        Assert.False(Matches(new EventFilter { Commands = { "" } }, null));
        Assert.True(Matches(new EventFilter(), null));
    }

    private static bool Matches(EventFilter filter, ConnectionOwner? owner)
        => WatchRequestMapping.Read(new WatchRequest { Allow = { filter } }).Allow[0].Owner.Matches(owner);
}
