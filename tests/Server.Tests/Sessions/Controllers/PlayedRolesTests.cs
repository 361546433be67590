using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

/// <summary>Who may play which role, and what becomes of its sessions when it changes.</summary>
public sealed class PlayedRolesTests
{
    [Fact]
    public async Task A_bid_for_a_role_that_nobody_has_is_refused_and_told_which_there_are()
    {
        using var under = await RegistryUnderTest.CreateAsync(roles: [new Role("edge"), new Role("te")]);
        var refusal = await under.RefusedAsync("stray", 5, role: "other");
        Assert.Equal(SessionRefusal.RoleUnknown, refusal.Refusal);
        Assert.Contains("there are edge, te", refusal.Message, StringComparison.Ordinal);
        await under.AdoptAsync();
        Assert.Contains("there are none", (await under.RefusedAsync("stray", 5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_users_who_may_play_a_role_do_and_nobody_over_the_network()
    {
        using var under = await RegistryUnderTest.CreateAsync(roles: new Role("te") { UserIds = [0, 7] });
        PolicyAuthor[] refused = [RegistryUnderTest.Anybody, new PolicyAuthor(PolicyAuthorKind.Peer) { Address = "127.0.0.1:4000" }];
        foreach (var caller in refused)
        {
            var refusal = await under.RefusedAsync("stray", 50, caller);
            Assert.Equal(SessionRefusal.RoleForbidden, refusal.Refusal);
            Assert.Contains(caller.ToString(), refusal.Message, StringComparison.Ordinal);
        }

        Assert.Empty(under.TakeSaid());
        // What they bid counts for nothing.
        Assert.True((await under.OpenAsync("allowed", 5, RegistryUnderTest.Anybody with { UserId = 7 })).Standing.IsSelf);
    }

    [Fact]
    public async Task When_a_role_is_gone_its_sessions_end_and_those_of_others_do_not()
    {
        using var under = await RegistryUnderTest.CreateAsync(roles: [new Role("edge"), new Role("te")]);
        var (primary, _, _) = await under.OpenAsync("primary", 5);
        var (standby, _, _) = await under.OpenAsync("standby", 4);
        var (other, _, _) = await under.OpenAsync("other", 1, role: "edge");
        under.TakeSaid();
        await under.AdoptAsync(new Role("edge"));
        Assert.Equal(["edge"], under.Target.Roles.Select(role => role.Name));
        Assert.Equal(["sit te nobody", "Deposed primary", "open te", "Closed primary", "Closed standby"], under.TakeSaid());
        Assert.All([primary, standby], session => Assert.Equal(SessionRefusal.RoleRemoved, session.End?.Refusal));
        Assert.Null(other.End);
        Assert.True(other.IsPrimary);
        Assert.Equal(SessionRefusal.RoleUnknown, (await under.RefusedAsync("late", 9)).Refusal);
    }

    [Fact]
    public async Task A_bid_that_waited_while_its_role_went_makes_nobody_primary()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (gone, room, _) = await under.OpenAsync("gone", 5);
        await under.AdoptAsync();
        await under.AdoptAsync(new Role("te"));
        await under.OpenAsync("next", 6);
        under.TakeSaid();
        var refusal = await Assert.ThrowsAsync<SessionRefusedException>(
            () => under.Registry.RaiseAsync(gone, room, 9, TestContext.Current.CancellationToken));
        Assert.Equal(SessionRefusal.RoleRemoved, refusal.Refusal);
        await under.Registry.CloseAsync(gone, room, why: null);
        Assert.Empty(under.TakeSaid());
        Assert.Equal(6UL, Assert.Single(await under.ListAsync()).Highest);
    }

    [Fact]
    public async Task A_role_that_is_stated_otherwise_keeps_its_sessions_and_has_other_limits()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (session, room, _) = await under.OpenAsync("primary", 5);
        under.TakeSaid();
        await under.AdoptAsync(new Role("te") { Limits = new RoleLimits { CommandsPerSecond = 3 } });
        Assert.Equal((3, 3), (room.Role.Limits.CommandsPerSecond, room.Budget.PerSecond));
        Assert.Empty(under.TakeSaid());
        Assert.True(session.IsPrimary);

        // What is left of the budget stays when another limit changes.
        var budget = room.Budget;
        await under.AdoptAsync(new Role("te") { Limits = new RoleLimits { CommandsPerSecond = 3, Subflows = 1 } });
        Assert.Same(budget, room.Budget);
        Assert.Equal(1, room.Role.Limits.Subflows);
    }

    [Fact]
    public async Task Roles_are_listed_by_name_with_their_sessions_the_highest_first()
    {
        using var under = await RegistryUnderTest.CreateAsync(roles: [new Role("te"), new Role("edge")]);
        under.Time.Advance(TimeSpan.FromHours(1));
        await under.OpenAsync("low", 3);
        await under.OpenAsync("high", 8);
        var views = await under.ListAsync();
        Assert.Equal(["edge 0 ", "te 8 high,low"], views.Select(view => $"{view.Role.Name} {view.Highest} {string.Join(',', view.Sessions.Select(session => session.Identity.Name))}"));
        Assert.Equal(under.Time.GetUtcNow(), views[1].Sessions[0].Identity.OpenedAt);
        Assert.Equal(2, views[1].Sessions.Select(session => session.Identity.Id).Distinct().Count());
    }
}
