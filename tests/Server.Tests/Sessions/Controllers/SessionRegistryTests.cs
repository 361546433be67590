using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

/// <summary>Who of the controllers of a role is primary, and who is told so when.</summary>
public sealed class SessionRegistryTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_first_is_primary_and_a_higher_bid_replaces_it()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (first, _, standing) = await under.OpenAsync("first", 5);
        Assert.Equal((true, 5UL, first.Identity), (standing.IsSelf, standing.Highest, standing.Primary));
        Assert.Equal(["Opened first", "sit te first", "Primary first", "open te"], under.TakeSaid());

        var (second, _, next) = await under.OpenAsync("second", 9);
        Assert.Equal((true, 9UL, second.Identity), (next.IsSelf, next.Highest, next.Primary));
        Assert.Equal(["Opened second", "sit te second", "Deposed first", "Primary second", "open te"], under.TakeSaid());
        Assert.Equal((false, true), (first.IsPrimary, second.IsPrimary));
        Assert.Equal(["second of 9"], RegistryUnderTest.TakeTold(first));
        // What it was welcomed with it is not told again.
        Assert.Empty(RegistryUnderTest.TakeTold(second));
    }

    [Fact]
    public async Task Who_bids_less_stands_by_and_nobody_else_is_told()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (primary, _, _) = await under.OpenAsync("primary", 5);
        under.TakeSaid();
        var (standby, _, standing) = await under.OpenAsync("standby", 4);
        Assert.Equal((false, 5UL, primary.Identity), (standing.IsSelf, standing.Highest, standing.Primary));
        Assert.Equal(["Opened standby"], under.TakeSaid());
        Assert.Equal((true, false), (primary.IsPrimary, standby.IsPrimary));
        Assert.Empty(RegistryUnderTest.TakeTold(primary));
    }

    [Fact]
    public async Task When_the_primary_goes_nobody_is_until_somebody_bids_as_much()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (primary, room, _) = await under.OpenAsync("primary", 5);
        var (standby, _, _) = await under.OpenAsync("standby", 4);
        under.TakeSaid();
        await under.Registry.CloseAsync(primary, room, why: null);
        Assert.Equal(["sit te nobody", "Deposed primary", "open te", "Closed primary"], under.TakeSaid());
        Assert.Equal(["nobody of 5"], RegistryUnderTest.TakeTold(standby));
        Assert.Equal((false, false), (primary.IsPrimary, standby.IsPrimary));

        await under.Registry.RaiseAsync(standby, room, 5, TestContext.Current.CancellationToken);
        Assert.Equal(["sit te standby", "Primary standby", "open te"], under.TakeSaid());
        Assert.Equal(["self of 5"], RegistryUnderTest.TakeTold(standby));
    }

    [Fact]
    public async Task An_id_that_a_live_session_has_is_refused_to_others_until_it_goes()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (first, room, _) = await under.OpenAsync("first", 5);
        var (other, _, _) = await under.OpenAsync("other", 3);
        under.TakeSaid();
        var refusal = await under.RefusedAsync("second", 5);
        Assert.Equal(SessionRefusal.ElectionIdInUse, refusal.Refusal);
        var raise = await Assert.ThrowsAsync<SessionRefusedException>(
            () => under.Registry.RaiseAsync(other, room, 5, TestContext.Current.CancellationToken));
        Assert.Equal(SessionRefusal.ElectionIdInUse, raise.Refusal);
        Assert.Equal(3UL, other.Identity.ElectionId);
        Assert.Empty(under.TakeSaid());

        await under.Registry.CloseAsync(first, room, why: null);
        Assert.True((await under.OpenAsync("second", 5)).Standing.IsSelf);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [InlineData(0)]
    public async Task A_later_bid_that_does_not_raise_the_id_is_refused_and_changes_nothing(ulong electionId)
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (session, room, _) = await under.OpenAsync("primary", 5);
        under.TakeSaid();
        var refusal = await Assert.ThrowsAsync<SessionRefusedException>(
            () => under.Registry.RaiseAsync(session, room, electionId, TestContext.Current.CancellationToken));
        Assert.Equal(SessionRefusal.ElectionIdTooLow, refusal.Refusal);
        Assert.Equal((5UL, true), (session.Identity.ElectionId, session.IsPrimary));
        Assert.Empty(under.TakeSaid());
        Assert.Empty(RegistryUnderTest.TakeTold(session));
    }

    [Fact]
    public async Task Whoever_raises_its_bid_is_told_once_how_it_stands_then()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (primary, room, _) = await under.OpenAsync("primary", 5);
        var (standby, _, _) = await under.OpenAsync("standby", 1);
        await RaiseAsync(standby, 4);
        Assert.Equal(["primary of 5"], RegistryUnderTest.TakeTold(standby));
        Assert.Empty(RegistryUnderTest.TakeTold(primary));

        // The primary stays it, and nobody is replaced.
        under.TakeSaid();
        await RaiseAsync(primary, 7);
        Assert.Equal(["self of 7"], RegistryUnderTest.TakeTold(primary));
        Assert.Empty(under.TakeSaid());

        await RaiseAsync(standby, 9);
        Assert.Equal(["self of 9"], RegistryUnderTest.TakeTold(standby));
        Assert.Equal(["standby of 9"], RegistryUnderTest.TakeTold(primary));
        Assert.Equal(["sit te standby", "Deposed primary", "Primary standby", "open te"], under.TakeSaid());

        Task RaiseAsync(ControllerSession session, ulong id) => under.Registry.RaiseAsync(session, room, id, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task There_are_so_many_sessions_of_a_role_and_one_more_when_one_goes()
    {
        using var under = await RegistryUnderTest.CreateAsync(roles: [new Role("edge"), new Role("te")]);
        var (first, room, _) = await under.OpenAsync("first", 1);
        for (ulong id = 2; id <= SessionRegistry.MostSessionsOfRole; id++)
            await under.OpenAsync("other", id);
        var refusal = await under.RefusedAsync("beyond", 1_000);
        Assert.Equal(SessionRefusal.TooManySessions, refusal.Refusal);
        Assert.Equal((ulong)SessionRegistry.MostSessionsOfRole, (await under.ListAsync()).Single(view => view.Role.Name == "te").Highest);
        await under.OpenAsync("of another role", 1, role: "edge");
        await under.Registry.CloseAsync(first, room, why: null);
        await under.OpenAsync("the next", 1);
    }

    [Fact]
    public async Task A_new_primary_begins_when_the_writes_have_ended_that_began_before_it_came()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        using var write = under.Gate.Enter();
        var opening = under.OpenAsync("primary", 5);
        // It is seated, which turns new writes away, and does not begin.
        Assert.Equal(["Opened primary", "sit te primary"], under.TakeSaid());
        Assert.False(opening.IsCompleted);
        write.Dispose();
        var (session, _, _) = await opening.WaitAsync(Longest, TestContext.Current.CancellationToken);
        Assert.True(session.IsPrimary);
        Assert.Equal(["Primary primary", "open te"], under.TakeSaid());
    }

    [Fact]
    public async Task Who_does_not_wait_for_its_turn_any_longer_leaves_nothing_behind()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var write = under.Gate.Enter();
        var opening = under.OpenAsync("primary", 5);
        using var impatient = new CancellationTokenSource();
        var waiting = under.Registry.OpenAsync(new SessionBid("te", 9, "impatient", RegistryUnderTest.Anybody), impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        write.Dispose();
        await opening.WaitAsync(Longest, TestContext.Current.CancellationToken);
        var view = Assert.Single(await under.ListAsync());
        Assert.Equal(5UL, view.Highest);
        Assert.Equal("primary", Assert.Single(view.Sessions).Identity.Name);
    }

    [Fact]
    public async Task Whoever_is_ended_is_told_nothing_more_and_why_is_told_to_all()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (session, room, _) = await under.OpenAsync("primary", 5);
        var why = new SessionRefusedException(SessionRefusal.Unreadable, "that was no message");
        await under.Registry.CloseAsync(session, room, why);
        await under.Registry.CloseAsync(session, room, why: null);
        while (await session.WaitToTellAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Longest, TestContext.Current.CancellationToken))
            Assert.True(session.TryTake(out _));
        Assert.Same(why, session.End);
        var change = Assert.Single(under.Target.Changes, change => change.Kind == SessionChangeKind.Closed);
        Assert.Equal(new SessionError(SessionRefusal.Unreadable, "that was no message"), change.Error);
    }

    [Fact]
    public async Task A_controller_that_was_replaced_is_not_primary_by_being_the_first_after_a_restart()
    {
        using var directory = new TemporaryDirectory();
        using (var before = await RegistryUnderTest.CreateAsync(directory.Path))
        {
            await before.OpenAsync("replaced", 5);
            await before.OpenAsync("primary", 9);
        }

        using var after = await RegistryUnderTest.CreateAsync(directory.Path);
        var (_, _, standing) = await after.OpenAsync("replaced", 5);
        Assert.Equal((false, null, 9UL), (standing.IsSelf, standing.Primary, standing.Highest));
        Assert.True((await after.OpenAsync("primary", 9)).Standing.IsSelf);
    }

    [Fact]
    public async Task A_bid_that_cannot_be_kept_opens_and_raises_nothing()
    {
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(directory.File("elections.unfinished"), "/dev/full");
        using var under = await RegistryUnderTest.CreateAsync(directory.Path);
        Assert.Equal(SessionRefusal.StateNotWritten, (await under.RefusedAsync("primary", 5)).Refusal);
        Assert.Empty(under.TakeSaid());
        var view = Assert.Single(await under.ListAsync());
        Assert.Equal((0, 0UL), (view.Sessions.Count, view.Highest));
    }
}
