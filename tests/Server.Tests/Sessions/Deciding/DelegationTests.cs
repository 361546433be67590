using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Who decides about a delegated connection when, and what becomes of its paths then.</summary>
public sealed class DelegationTests : DelegationScenario
{
    [Fact]
    public void A_controller_is_asked_before_a_connection_is_established_and_its_answer_waits_for_that()
    {
        Hosts.Seats(First);
        DelegatedHosts.Begin(Host);
        var question = Assert.Single(First.Open);
        Assert.Equal([DecisionCause.Established], CausesOf(question));
        Assert.Equal([A, B, C], question.LocalAddresses.Select(path => $"{path.Address}"));
        First.Open.Clear();
        Host.Desk.Answer(First, question.Id, new DecisionAnswer([DelegatedHosts.Create(B, Remote)], DeferTo: null));
        Assert.Equal(0, Host.Kernel.Commands);
        Assert.Empty(First.Outcomes);
        Hosts.Settle();
        Assert.Equal(OfController, Host.Joined());
        Assert.Null(Assert.Single(First.Outcomes).Refusal);
    }

    [Fact]
    public void While_a_controller_is_asked_nothing_is_done_and_when_its_time_is_over_the_fallback_acts()
    {
        var question = Asked();
        Hosts.Pass(DelegatedHosts.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.Empty(Host.Joined());
        Hosts.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Equal([question], First.Missed);
        Assert.Equal(SessionChangeKind.Unresponsive, Assert.Single(Hosts.Desk.TakeChanges()).Kind);
    }

    [Fact]
    public void A_silent_controller_is_asked_nothing_more_until_something_is_heard_of_it()
    {
        Asked();
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.All[1].Kernel.Connect();
        Hosts.Settle();
        Assert.Equal(OfFallback, Hosts.All[1].Joined());
        Assert.Single(First.Asked);

        Hosts.Answer(First, question: 1_000, new DecisionAnswer([], DeferTo: null));
        Assert.Equal(SessionRefusal.DecisionUnknown, Assert.Single(First.Outcomes).Refusal?.Refusal);
        Assert.Equal(["host 0", "host 1"], First.Open.Select(open => open.Connection.Namespace).Order());
        Assert.All(First.Open, open => Assert.Equal([DecisionCause.HandedOver], CausesOf(open)));
    }

    [Fact]
    public void A_new_primary_is_asked_when_it_may_begin_and_the_one_before_may_do_nothing_any_more()
    {
        var question = Asked();
        Hosts.Sit(Second);
        Hosts.Settle();
        Assert.Empty(Second.Open);
        Assert.Throws<SessionRefusedException>(() => Hosts.Command(Second, Host, DelegatedHosts.Create(C, Remote)));
        Hosts.Open();
        Hosts.Settle();
        Assert.Empty(First.Open);
        Assert.Empty(First.Missed);
        Hosts.Answer(First, question, (C, Remote));
        Assert.Equal(SessionRefusal.NotPrimary, Assert.Single(First.Outcomes).Refusal?.Refusal);
        Assert.Throws<SessionRefusedException>(() => Hosts.Command(First, Host, DelegatedHosts.Create(C, Remote)));
        Hosts.Answer(Second, Assert.Single(Second.Open), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void Of_a_wrong_answer_each_part_is_refused_by_itself()
    {
        var question = Asked();
        Hosts.Answer(First, question.Id, new DecisionAnswer(
            [
                new PathOrder.Destroy(new SubflowAddresses(IPEndPoint.Parse($"{C}:1"), Remote)),
                new PathOrder.Refused(new ArgumentException("no such family")),
                DelegatedHosts.Create(B, Remote),
                new PathOrder.Withdraw(250),
            ],
            DeferTo: null));
        var outcome = Assert.Single(First.Outcomes);
        Assert.Null(outcome.Refusal);
        Assert.Equal([false, false, true, false], outcome.Outcomes.Select(one => one.Failure is null));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void What_happens_while_a_controller_is_asked_it_is_asked_next()
    {
        var question = Asked();
        Host.Kernel.PeerAnnounces(1, DelegatedHosts.Second);
        Host.RemoveInterface(4);
        Hosts.Settle();
        Assert.Equal([question], First.Open);
        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal([DecisionCause.AddressAnnounced, DecisionCause.LocalAddressDown], CausesOf(Assert.Single(First.Open)).Order());
    }

    [Fact]
    public void A_connection_that_is_left_to_a_strategy_has_its_paths_and_no_question_until_another_is_primary()
    {
        Hosts.Answer(First, Asked().Id, new DecisionAnswer([], PathStrategy.FullMesh));
        string[] mesh = [DelegatedHosts.PathOf(B, Remote), DelegatedHosts.PathOf(C, Remote)];
        Assert.Equal(mesh, Host.Joined());
        Host.RemoveInterface(4);
        Hosts.Settle();
        Assert.Equal(mesh[..1], Host.Joined());
        Assert.Empty(First.Open);
        Hosts.Seats(Second);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(Second.Open)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_nothing_is_delegated_or_done_any_more_what_is_answered_then_is_not_done(bool isMonitored)
    {
        var question = Asked();
        if (isMonitored)
            Hosts.Apply(PolicyEnforcement.Monitor);
        else
            Host.ApplyNone();
        Hosts.Settle();
        Assert.Empty(First.Open);
        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal(SessionRefusal.DecisionLate, Assert.Single(First.Outcomes).Refusal?.Refusal);
        Assert.Equal(0, Host.Kernel.Commands);

        Hosts.Apply();
        Hosts.Settle();
        Hosts.Answer(First, Assert.Single(First.Open), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void What_was_answered_before_the_connection_was_established_is_not_done_when_nothing_is_delegated_any_more()
    {
        Hosts.Seats(First);
        DelegatedHosts.Begin(Host);
        Hosts.Desk.Answer(First, Assert.Single(First.Open).Id, new DecisionAnswer([DelegatedHosts.Create(B, Remote)], DeferTo: null));
        First.Open.Clear();
        Hosts.Apply(PolicyEnforcement.Monitor);
        Hosts.Settle();
        Assert.NotNull(Assert.Single(First.Outcomes).Refusal);
        Assert.Equal(0, Host.Kernel.Commands);
    }

    [Fact]
    public void No_more_subflows_are_made_than_the_role_allows_of_a_connection_and_of_all()
    {
        Hosts.Desk.Sit(new Role("te") { Limits = new RoleLimits { SubflowsPerConnection = 2, Subflows = 3 } }, First);
        Hosts.Open();
        Hosts.All.ForEach(host => host.Kernel.Connect());
        Hosts.Settle();
        Assert.Equal([null, null, "subflows_per_connection"], LimitsOf(First.Open[0]));
        Assert.Equal([null, "subflows", "subflows"], LimitsOf(First.Open[0]));
        Assert.Equal(3, Hosts.Desk.SubflowsOf("te"));

        // One that ends makes room for another one.
        Host.Kernel.End(Host.Kernel.Subflows[1], null);
        Hosts.Settle();
        Assert.Equal(2, Hosts.Desk.SubflowsOf("te"));
        Assert.Equal([null, "subflows_per_connection", "subflows_per_connection"], LimitsOf(First.Open[0]));

        string?[] LimitsOf(DecisionQuestion question)
        {
            First.Outcomes.Clear();
            Hosts.Answer(First, question.Id, new DecisionAnswer([.. new[] { B, C, A }.Select(local => DelegatedHosts.Create(local, Remote))], DeferTo: null));
            return [.. Assert.Single(First.Outcomes).Outcomes.Select(one => (one.Failure as SessionRefusedException)?.Facts["limit"])];
        }
    }
}
