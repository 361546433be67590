using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Which connections the primary of a role may write to, and from which it keeps others.</summary>
public sealed class ReachedConnectionsTests : DelegationScenario
{
    private readonly ScriptedController _other = new(7, "other");

    [Fact]
    public void What_is_delegated_to_a_role_another_one_may_not_command_while_the_primary_is_there()
    {
        Hosts.Seats(_other, new Role("other"));
        Asked();
        Assert.Same(First, HolderOf(Host));
        var refusal = Refused(_other, Host, SessionRefusal.ScopeHeld);
        Assert.Equal((DelegatedHosts.RoleName, "controller 1", "1"), (refusal.Facts["role"], refusal.Facts["controller"], refusal.Facts["session"]));
        Assert.Equal(0, Host.Kernel.Commands);

        Hosts.Sit(null);
        Hosts.Settle();
        Assert.Same(_other, HolderOf(Host));
        Assert.Equal(SubflowMaker.Caller, Hosts.Command(_other, Host, DelegatedHosts.Create(C, Remote)).Subflow?.Maker);
    }

    [Fact]
    public void A_role_that_policies_only_name_reaches_what_they_delegate_to_it_and_no_more()
    {
        Hosts.Seats(First, new Role(DelegatedHosts.RoleName) { IsStated = false });
        var notDelegated = NotDelegated();
        Host.Kernel.Connect();
        Hosts.Settle();
        Assert.Equal("host 0", Assert.Single(First.Open).Connection.Namespace);
        Assert.Same(First, HolderOf(Host));
        Assert.Null(Hosts.Command(First, Host, DelegatedHosts.Create(B, Remote)).Failure);

        Assert.Null(HolderOf(notDelegated));
        Refused(First, notDelegated, SessionRefusal.ScopeExceeded);
        Assert.Equal(0, notDelegated.Kernel.Commands);
    }

    [Fact]
    public void A_role_that_policies_only_name_does_not_reach_what_they_delegate_to_another_one_that_nobody_plays()
    {
        Hosts.Seats(_other, new Role("other") { IsStated = false });
        Host.Kernel.Connect();
        Hosts.Settle();
        Assert.Null(HolderOf(Host));
        Refused(_other, Host, SessionRefusal.ScopeExceeded);
    }

    [Fact]
    public void A_stated_role_may_command_what_nobody_is_delegated_by_hand_and_within_its_limits()
    {
        Hosts.Seats(First, new Role(DelegatedHosts.RoleName) { Limits = new RoleLimits { SubflowsPerConnection = 1 } });
        var host = NotDelegated();
        Assert.Same(First, HolderOf(host));
        Assert.Equal(SubflowMaker.Caller, Hosts.Command(First, host, DelegatedHosts.Create(B, Remote)).Subflow?.Maker);
        Assert.Equal("subflows_per_connection", Refused(First, host, SessionRefusal.LimitExceeded).Facts["limit"]);
        Assert.Empty(First.Asked);

        // The policy wants none, and leaves what was made by hand.
        Hosts.Sit(null);
        Hosts.Pass(TimeSpan.FromHours(1));
        Assert.Equal(OfController, host.Joined());
    }

    [Fact]
    public void A_stated_role_may_not_command_what_is_outside_of_its_scope()
    {
        Hosts.Seats(First, new Role(DelegatedHosts.RoleName) { Scope = new PolicyMatch { ServerSide = true } });
        var host = NotDelegated();
        Assert.Null(HolderOf(host));
        Refused(First, host, SessionRefusal.ScopeExceeded);
        Assert.Equal(0, host.Kernel.Commands);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void While_nobody_knows_whether_a_role_reaches_a_connection_nothing_is_done_for_as_long_as_a_decision_may_take(uint userId)
    {
        Hosts.Seats(First, new Role(DelegatedHosts.RoleName) { Scope = new PolicyMatch { UserIds = [7] } });
        Host.Kernel.HidesSocket = true;
        Host.Kernel.Connect();
        Hosts.Settle();
        Hosts.Pass(DelegatedHosts.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.Null(Host.Connection.Owner);
        Assert.Empty(First.Asked);
        Assert.Equal(0, Host.Kernel.Commands);
        Assert.Same(First, HolderOf(Host));

        Host.Table.Identify(SimulatedKernel.Token, Host.Connection.Id, inode: 5, new ConnectionOwner(userId), pathManager: null, Host.Time.GetUtcNow());
        Hosts.Settle();
        if (userId == 7)
        {
            Assert.Equal([DecisionCause.Established], CausesOf(Assert.Single(First.Open)));
            Assert.Same(First, HolderOf(Host));
            Assert.Empty(Host.Joined());
        }
        else
        {
            Assert.Equal(OfFallback, Host.Joined());
            Assert.Null(HolderOf(Host));
            Assert.Empty(First.Asked);
        }
    }

    [Fact]
    public void What_was_asked_before_a_scope_needed_to_know_who_has_the_connection_is_asked_no_longer()
    {
        Host.Kernel.HidesSocket = true;
        var question = Asked();
        Hosts.SetScope(new PolicyMatch { UserIds = [7] });
        Hosts.Settle();
        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal(SessionRefusal.DecisionLate, Assert.Single(First.Outcomes).Refusal?.Refusal);
        Assert.Empty(Host.Joined());
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Empty(First.Missed);
    }

    [Fact]
    public void Where_it_is_never_found_out_the_fallback_acts_and_anybody_may_write_until_it_is()
    {
        Hosts.Seats(First, new Role(DelegatedHosts.RoleName) { Scope = new PolicyMatch { UserIds = [7] } });
        Host.Kernel.HidesSocket = true;
        Host.Kernel.Connect();
        Hosts.Settle();
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Null(HolderOf(Host));
        Assert.Empty(First.Asked);

        Host.Table.Identify(SimulatedKernel.Token, Host.Connection.Id, inode: 5, new ConnectionOwner(7), pathManager: null, Host.Time.GetUtcNow());
        Hosts.Settle();
        Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(First.Open)));
        Assert.Same(First, HolderOf(Host));
    }

    private static IController? HolderOf(KeptHost host) => host.Keeper.FindHolder(SimulatedKernel.Token)?.Controller;

    // Whatever it commands.
    private SessionRefusedException Refused(ScriptedController controller, KeptHost host, SessionRefusal why)
    {
        var refusal = Assert.IsType<SessionRefusedException>(Hosts.Command(controller, host, DelegatedHosts.Create(C, Remote)).Failure);
        Assert.Equal(why, refusal.Refusal);
        return refusal;
    }

    // The other host's connection, of which a policy wants nothing.
    private KeptHost NotDelegated()
    {
        var host = Hosts.All[1];
        host.Apply(Hosts.Policy with { Strategy = PathStrategy.None, Delegation = null });
        host.Kernel.Connect();
        host.Settle();
        return host;
    }
}
