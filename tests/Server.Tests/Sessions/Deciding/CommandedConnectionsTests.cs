using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>What a command outside of any decision changes of who decides.</summary>
public sealed class CommandedConnectionsTests : DelegationScenario
{
    private static readonly Role AtMostTwo = new(DelegatedHosts.RoleName) { Limits = new RoleLimits { SubflowsPerConnection = 2 } };

    [Fact]
    public void What_is_commanded_before_a_connection_was_compared_with_new_policies_is_the_controller_s_and_not_by_hand()
    {
        Host.ApplyNone();
        Hosts.Seats(First);
        Host.Kernel.Connect();
        Hosts.Settle();
        Host.Apply(Hosts.Policy);
        Assert.Equal(SubflowMaker.Controller, Hosts.Command(First, Host, DelegatedHosts.Create(B, Remote)).Subflow?.Maker);
        var question = Assert.Single(First.Open);
        Assert.Equal([DecisionCause.Established], CausesOf(question));
        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal(OfController, Host.Joined());

        Hosts.Sit(null);
        Hosts.Settle();
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Equal(OfFallback, Host.Joined());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_command_that_is_refused_or_only_checked_leaves_a_connection_to_the_strategy_that_has_it(bool isOnlyChecked)
    {
        Hosts.Seats(First, AtMostTwo);
        Host.Kernel.Connect();
        Hosts.Settle();
        Hosts.Answer(First, Assert.Single(First.Open).Id, new DecisionAnswer([], PathStrategy.FullMesh));
        Assert.Equal(2, Host.Joined().Count());
        if (isOnlyChecked)
            Assert.Null(Hosts.Command(First, Host, DestructionOf(Host.Connection.Subflows[^1]), validateOnly: true).Failure);
        else
            Refused(DelegatedHosts.Create(A, Remote));
        Host.RemoveInterface(4);
        Hosts.Settle();
        Assert.Equal(OfController, Host.Joined());
        Assert.Empty(First.Open);
    }

    [Fact]
    public void A_command_that_is_done_has_the_controller_decide_what_it_left_to_a_strategy()
    {
        Hosts.Answer(First, Asked().Id, new DecisionAnswer([], PathStrategy.FullMesh));
        var ended = Host.Connection.Subflows.Single(subflow => subflow.Local.Address.ToString() == C);
        Assert.Null(Hosts.Command(First, Host, DestructionOf(ended)).Failure);
        Assert.Equal(OfController, Host.Joined());
        Host.RemoveInterface(4);
        Hosts.Settle();
        Assert.Equal([DecisionCause.LocalAddressDown], CausesOf(Assert.Single(First.Open)));
    }

    [Fact]
    public void A_command_that_is_refused_leaves_a_connection_to_the_fallback_until_the_controller_has_decided()
    {
        Hosts.Seats(First, AtMostTwo);
        Host.Kernel.Connect();
        Hosts.Settle();
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.Pass(TimeSpan.FromSeconds(1));
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Equal(2, First.Missed.Count);
        Refused(DelegatedHosts.Create(B, Remote));
        Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(First.Open)));
        Assert.Equal(OfFallback, Host.Joined());
        var counts = new DelegationCounts();
        Host.Keeper.CountDelegated(counts);
        Assert.Equal((1, 1), (counts.DelegatedTo(DelegatedHosts.RoleName), counts.FallenBackFrom(DelegatedHosts.RoleName)));
    }

    private static PathOrder.Destroy DestructionOf(Subflow subflow) => new(new SubflowAddresses(subflow.Local, subflow.Remote));

    private void Refused(PathOrder order)
    {
        var refusal = Assert.IsType<SessionRefusedException>(Hosts.Command(First, Host, order).Failure);
        Assert.Equal(SessionRefusal.LimitExceeded, refusal.Refusal);
    }
}
