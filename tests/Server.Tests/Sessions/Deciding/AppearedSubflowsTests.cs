using System.Net;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Which subflows a controller is told of that are established while it decides.</summary>
public sealed class AppearedSubflowsTests : DelegationScenario
{
    [Fact]
    public void A_controller_is_told_of_what_the_one_before_it_had_begun()
    {
        var question = Asked();
        // Its subflow is on its way when another one takes over.
        Hosts.Desk.Answer(First, question.Id, new DecisionAnswer([DelegatedHosts.Create(B, Remote)], DeferTo: null));
        First.Open.Clear();
        Hosts.Sit(Second);
        Hosts.Open();
        Host.Keeper.Keep();
        var taken = Assert.Single(Second.Open);
        Assert.Equal(SubflowState.Connecting, taken.Connection.Subflows.Single(subflow => !subflow.Initial).State);
        Hosts.Settle();
        Hosts.Answer(Second, taken.Id, new DecisionAnswer([DelegatedHosts.Create(C, Remote)], DeferTo: null));

        var appeared = Assert.Single(Second.Open);
        var reason = Assert.Single(appeared.Reasons);
        Assert.Equal((DecisionCause.SubflowAppeared, B), (reason.Cause, $"{reason.Subflow?.Local.Address}"));
        Assert.Equal([DelegatedHosts.PathOf(B, Remote), DelegatedHosts.PathOf(C, Remote)], Host.Joined());
    }

    [Fact]
    public void A_controller_is_told_of_its_own_where_it_was_asked_while_that_was_under_way()
    {
        Decided();
        Assert.Empty(First.Open);
        Host.SetInterface(5, "eth3", hasCarrier: true, "198.18.4.1");
        Hosts.Settle();
        var question = Assert.Single(First.Open);
        Hosts.Desk.Answer(First, question.Id, new DecisionAnswer([DelegatedHosts.Create(C, Remote)], DeferTo: null));
        First.Open.Clear();

        Host.RemoveInterface(5);
        Host.Keeper.Keep();
        var next = Assert.Single(First.Open);
        Assert.Equal(SubflowState.Connecting, next.Connection.Subflows.Single(subflow => $"{subflow.Local.Address}" == C).State);
        Hosts.Settle();
        Hosts.Answer(First, next.Id, new DecisionAnswer([], DeferTo: null));
        var reason = Assert.Single(Assert.Single(First.Open).Reasons);
        Assert.Equal((DecisionCause.SubflowAppeared, C), (reason.Cause, $"{reason.Subflow?.Local.Address}"));
    }

    [Fact]
    public void A_controller_is_told_of_what_somebody_made_who_overrode_it()
    {
        Decided();
        var made = new Subflow(IPEndPoint.Parse($"{C}:0"), Remote, SubflowState.Requested) { LocalId = 99, Maker = SubflowMaker.Caller, Request = 1_000 };
        Host.Table.RequestSubflow(SimulatedKernel.Token, made, Host.Time.GetUtcNow());
        ((IPathCommands)Host.Kernel).Create(new SubflowRequest(SimulatedKernel.Token, new Endpoint(made.Local.Address) { Id = made.LocalId }, Remote));
        Host.Table.AcceptSubflow(SimulatedKernel.Token, made.Request, Host.Time.GetUtcNow());
        Hosts.Settle();
        TellsOf(SubflowMaker.Caller);
    }

    [Fact]
    public void A_controller_is_told_of_what_another_program_of_the_host_made_and_not_of_what_the_peer_did()
    {
        Decided();
        Host.Kernel.PeerJoins(IPAddress.Parse(A), DelegatedHosts.Second.Address);
        Hosts.Settle();
        Assert.Equal(2, Host.Joined().Count());
        Assert.Empty(First.Open);
        Host.Kernel.OtherProgramJoins(IPAddress.Parse(C), Remote);
        Hosts.Settle();
        TellsOf(SubflowMaker.Host);
    }

    private void TellsOf(SubflowMaker maker)
    {
        var reason = Assert.Single(Assert.Single(First.Open).Reasons);
        Assert.Equal((DecisionCause.SubflowAppeared, maker, C), (reason.Cause, reason.Subflow?.Maker, $"{reason.Subflow?.Local.Address}"));
    }
}
