using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

/// <summary>Whose an election id is, and in which order the others hear of who has the highest.</summary>
public sealed class BiddersTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly PolicyAuthor Seven = RegistryUnderTest.Anybody with { UserId = 7 };
    private static readonly PolicyAuthor Eight = RegistryUnderTest.Anybody with { UserId = 8 };
    private static readonly PolicyAuthor Remote = new(PolicyAuthorKind.Peer) { Address = "127.0.0.1:4000" };

    [Fact]
    public async Task A_user_who_may_not_play_a_role_any_more_loses_its_sessions_and_others_keep_theirs()
    {
        using var under = await RegistryUnderTest.CreateAsync(roles: new Role("te") { UserIds = [7, 8] });
        var (primary, _, _) = await under.OpenAsync("primary", 5, Seven);
        var (stays, _, _) = await under.OpenAsync("stays", 4, Eight);
        var (standby, _, _) = await under.OpenAsync("standby", 3, Seven);
        under.TakeSaid();
        await under.AdoptAsync(new Role("te") { UserIds = [8] });
        Assert.Equal(["sit te nobody", "Deposed primary", "open te", "Closed primary", "Closed standby"], under.TakeSaid());
        Assert.All([primary, standby], session => Assert.Equal(SessionRefusal.RoleForbidden, session.End?.Refusal));
        Assert.All(
            under.Target.Changes.Where(change => change.Kind == SessionChangeKind.Closed),
            change => Assert.Equal(SessionRefusal.RoleForbidden, change.Error?.Refusal));
        Assert.Null(stays.End);
        Assert.Equal(["nobody of 5"], RegistryUnderTest.TakeTold(stays));
        Assert.Equal("stays", Assert.Single(Assert.Single(await under.ListAsync()).Sessions).Identity.Name);
    }

    [Fact]
    public async Task The_highest_id_is_the_callers_who_bid_it_also_when_it_is_gone()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (first, room, _) = await under.OpenAsync("first", 5, Seven);
        await under.Registry.CloseAsync(first, room, why: null);
        under.TakeSaid();
        foreach (var other in new[] { Eight, Remote })
        {
            Assert.Equal(SessionRefusal.ElectionIdInUse, (await under.RefusedAsync("other", 5, other)).Refusal);
            Assert.Empty(under.TakeSaid());
        }

        var (standby, _, _) = await under.OpenAsync("standby", 3, Eight);
        var raise = await Assert.ThrowsAsync<SessionRefusedException>(
            () => under.Registry.RaiseAsync(standby, room, 5, TestContext.Current.CancellationToken));
        Assert.Equal(SessionRefusal.ElectionIdInUse, raise.Refusal);
        Assert.Equal(3UL, standby.Identity.ElectionId);

        Assert.True((await under.OpenAsync("first again", 5, Seven)).Standing.IsSelf);
        // A higher one is nobody's.
        await under.Registry.RaiseAsync(standby, room, 6, TestContext.Current.CancellationToken);
        Assert.True(standby.IsPrimary);
    }

    [Fact]
    public async Task A_lower_id_of_one_who_is_gone_anybody_may_have()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        await under.OpenAsync("primary", 5, Seven);
        var (standby, room, _) = await under.OpenAsync("standby", 4, Seven);
        await under.Registry.CloseAsync(standby, room, why: null);
        Assert.False((await under.OpenAsync("other", 4, Eight)).Standing.IsSelf);
    }

    [Fact]
    public async Task After_a_restart_the_highest_id_is_still_the_callers()
    {
        using var directory = new TemporaryDirectory();
        using (var before = await RegistryUnderTest.CreateAsync(directory.Path))
        {
            await before.OpenAsync("first", 5, Eight);
            await before.OpenAsync("second", 6, Seven);
        }

        using var after = await RegistryUnderTest.CreateAsync(directory.Path);
        Assert.Equal(SessionRefusal.ElectionIdInUse, (await after.RefusedAsync("other", 6, Eight)).Refusal);
        Assert.True((await after.OpenAsync("second", 6, Seven)).Standing.IsSelf);
    }

    [Fact]
    public async Task Over_the_network_nobody_is_told_from_another()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (first, room, _) = await under.OpenAsync("first", 5, Remote);
        await under.Registry.CloseAsync(first, room, why: null);
        Assert.Equal(SessionRefusal.ElectionIdInUse, (await under.RefusedAsync("local", 5, Seven)).Refusal);
        Assert.True((await under.OpenAsync("second", 5, Remote with { Address = "127.0.0.1:4001" })).Standing.IsSelf);
    }

    [Fact]
    public async Task Where_nobody_becomes_primary_writes_that_are_under_way_are_not_waited_for()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (primary, room, _) = await under.OpenAsync("primary", 5);
        using var write = under.Gate.Enter();
        await under.Registry.CloseAsync(primary, room, why: null).WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.Empty(Assert.Single(await under.ListAsync()).Sessions);
    }

    [Fact]
    public async Task Everybody_is_told_of_a_new_primary_before_it_may_begin()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (before, _, _) = await under.OpenAsync("before", 5);
        var (standby, _, _) = await under.OpenAsync("standby", 4);
        under.TakeSaid();
        var write = under.Gate.Enter();
        var opening = under.OpenAsync("new", 9);
        // Until writes that are under way have ended there is no primary, and nobody is told of one.
        Assert.Equal(["Opened new", "sit te new"], under.Target.Said);
        Assert.False(before.IsPrimary);
        Assert.Empty(RegistryUnderTest.TakeTold(before));

        IReadOnlyList<string> told = [];
        under.Target.Opened = () => told = [.. RegistryUnderTest.TakeTold(before), .. RegistryUnderTest.TakeTold(standby)];
        write.Dispose();
        Assert.True((await opening.WaitAsync(Longest, TestContext.Current.CancellationToken)).Session.IsPrimary);
        Assert.Equal(["new of 9", "new of 9"], told);
        Assert.Equal(["Opened new", "sit te new", "Deposed before", "Primary new", "open te"], under.TakeSaid());
    }
}
