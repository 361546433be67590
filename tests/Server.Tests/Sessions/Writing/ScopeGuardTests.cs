using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Writing;
using Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Writing;

/// <summary>Who may write where a controller decides.</summary>
public sealed class ScopeGuardTests
{
    private static readonly PolicyAuthor Root = new(PolicyAuthorKind.Process) { UserId = 0, ProcessId = 9, Command = "mptcpctl" };

    private static readonly SessionIdentity Holder = new(
        Id: 7, Role: "te", ElectionId: 5, Name: "edge", RegistryUnderTest.Anybody, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Where_nobody_decides_everybody_may_and_a_new_primary_waits_for_the_end()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var write = await BeginAsync(under, RegistryUnderTest.Anybody, overrides: false);
        var drained = under.Gate.DrainAsync();
        Assert.False(drained.IsCompleted);
        write.Dispose();
        await drained.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Empty(under.TakeSaid());
    }

    [Theory]
    [InlineData("edge", "edge (session 7, user 1000 (te-ctl, process 42))")]
    [InlineData("", "one without a name (session 7, user 1000 (te-ctl, process 42))")]
    public async Task Where_a_controller_decides_a_write_is_refused_and_the_holder_named(string name, string named)
    {
        using var under = await RegistryUnderTest.CreateAsync();
        under.Target.Holder = _ => Task.FromResult<SessionIdentity?>(Holder with { Name = name });
        // Root too has to say that it means it.
        var refusal = await Assert.ThrowsAsync<SessionRefusedException>(() => BeginAsync(under, Root, overrides: false));
        Assert.Equal(SessionRefusal.ScopeHeld, refusal.Refusal);
        Assert.Contains($"{named}, which plays the role te", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(
            new Dictionary<string, string> { ["role"] = "te", ["session"] = "7", ["controller"] = name, ["caller"] = "user 1000 (te-ctl, process 42)" },
            refusal.Facts);
        Assert.True(under.Gate.DrainAsync().IsCompletedSuccessfully);
        Assert.Empty(under.TakeSaid());
    }

    [Fact]
    public async Task The_administrator_of_this_host_may_override_the_holder_and_all_are_told()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        under.Target.Holder = static _ => Task.FromResult<SessionIdentity?>(Holder);
        using var write = await BeginAsync(under, Root, overrides: true);
        Assert.False(under.Gate.DrainAsync().IsCompleted);
        var change = Assert.Single(under.Target.Changes);
        Assert.Equal((SessionChangeKind.Overridden, Holder, true, Root), (change.Kind, change.Session, change.Primary, change.OverriddenBy));
    }

    [Theory]
    [InlineData(PolicyAuthorKind.Process, 1000)]
    [InlineData(PolicyAuthorKind.Peer, 0)]
    [InlineData(PolicyAuthorKind.Daemon, 0)]
    internal async Task Nobody_else_may(PolicyAuthorKind kind, uint userId)
    {
        using var under = await RegistryUnderTest.CreateAsync();
        under.Target.Holder = static _ => Task.FromResult<SessionIdentity?>(Holder);
        var caller = new PolicyAuthor(kind) { UserId = userId, Address = "127.0.0.1:4000" };
        var refusal = await Assert.ThrowsAsync<SessionRefusedException>(() => BeginAsync(under, caller, overrides: true));
        Assert.Equal(SessionRefusal.OverrideForbidden, refusal.Refusal);
        Assert.Contains(caller.ToString(), refusal.Message, StringComparison.Ordinal);
        Assert.True(under.Gate.DrainAsync().IsCompletedSuccessfully);
        Assert.Empty(under.Target.Changes);
    }

    [Fact]
    public async Task Where_nobody_decides_there_is_nothing_to_override_and_anybody_may_say_it()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        (await BeginAsync(under, RegistryUnderTest.Anybody, overrides: true)).Dispose();
        Assert.Empty(under.Target.Changes);
    }

    [Fact]
    public async Task A_primary_who_comes_while_it_is_looked_up_who_decides_waits_for_the_write()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var answered = new TaskCompletionSource<SessionIdentity?>();
        under.Target.Holder = _ => answered.Task;
        var beginning = BeginAsync(under, RegistryUnderTest.Anybody, overrides: false);
        var opening = under.OpenAsync("primary", 5);
        answered.SetResult(null);
        var write = await beginning;
        Assert.False(opening.IsCompleted);
        Assert.DoesNotContain("open te", under.TakeSaid());
        write.Dispose();
        await opening.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains("open te", under.TakeSaid());
    }

    [Fact]
    public async Task A_caller_who_goes_before_it_may_write_keeps_no_primary_waiting()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        under.Target.Holder = static async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return null;
        };
        using var going = new CancellationTokenSource();
        var beginning = BeginAsync(under, RegistryUnderTest.Anybody, overrides: false, going.Token);
        var drained = under.Gate.DrainAsync();
        Assert.False(drained.IsCompleted);
        await going.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => beginning);
        await drained.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    // The namespace is only handed on.
    private static Task<IDisposable> BeginAsync(
        RegistryUnderTest under, PolicyAuthor caller, bool overrides, CancellationToken? cancellation = null)
        => new ScopeGuard(under.Target, under.Gate, under.Registry)
            .BeginAsync(
                served: null!, token: 1, new Writer(caller) { Overrides = overrides, MayOverride = caller == Root }, cancellation ?? TestContext.Current.CancellationToken);
}
