using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>What stays of a controller that is silent, gone or replaced, and what the next one is told.</summary>
public sealed class HandingOverTests : DelegationScenario
{
    [Fact]
    public void A_connection_that_a_policy_decided_about_until_it_was_delegated_is_handed_over()
    {
        Host.Apply(Hosts.Policy with { Strategy = PathStrategy.Ndiffports, Delegation = null });
        Hosts.Seats(First);
        Host.Kernel.Connect();
        Hosts.Settle();
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Empty(First.Asked);

        Hosts.Apply();
        Hosts.Settle();
        Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(First.Open)));
    }

    [Fact]
    public void What_a_controller_decided_stays_for_the_deadline_when_it_goes_and_then_the_fallback_acts()
    {
        Decided();
        Hosts.Sit(null);
        Hosts.Settle();
        Hosts.Pass(DelegatedHosts.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfController, Host.Joined());
        Hosts.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfFallback, Host.Joined());
        Hosts.Seats(Second);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(Second.Open)));
    }

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.5, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_controller_that_is_primary_again_is_handed_over_what_was_its_before(double deadlines, bool isAsked)
    {
        if (isAsked)
            Asked();
        else
            Decided();
        Hosts.Sit(null);
        Hosts.Settle();
        Hosts.Pass(deadlines * DelegatedHosts.Deadline);
        Hosts.Seats(First);
        var question = Assert.Single(First.Open);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(question));
        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_restart_of_the_daemon_what_was_decided_stays_for_five_seconds_and_is_handed_over(bool comesBack)
    {
        using var directory = new TemporaryDirectory();
        HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance).Dispose();
        Decided();
        Hosts.Sit(null);
        using var journal = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance);
        Host.Forget(journal);
        Hosts.Apply();
        Hosts.Settle();
        Hosts.Pass(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfController, Host.Joined());
        if (comesBack)
            Hosts.Seats(Second);
        Hosts.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(comesBack ? OfController : OfFallback, Host.Joined());
        if (comesBack)
            Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(Second.Open)));
    }

    [Fact]
    public void A_controller_that_is_primary_again_after_one_who_never_began_is_asked_anew()
    {
        Asked();
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.Sit(Second);
        Hosts.Settle();
        Assert.Equal(OfFallback, Host.Joined());
        Hosts.Seats(First);
        Hosts.Answer(First, Assert.Single(First.Open), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void A_connection_that_is_in_the_scope_again_is_handed_over()
    {
        Decided();
        Hosts.SetScope(new PolicyMatch { ServerSide = true });
        Hosts.Settle();
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Null(Host.Keeper.FindHolder(SimulatedKernel.Token));
        Hosts.SetScope(PolicyMatch.All);
        Hosts.Settle();
        Assert.Same(First, Host.Keeper.FindHolder(SimulatedKernel.Token)?.Controller);
        Hosts.Answer(First, Assert.Single(First.Open), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void A_command_of_one_who_was_silent_does_not_keep_it_from_being_asked_what_becomes_of_the_fallback_s_paths()
    {
        Asked();
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Null(Hosts.Command(First, Host, DelegatedHosts.Create(B, Remote)).Failure);
        var question = Assert.Single(First.Open);
        Assert.Equal(DecisionCause.HandedOver, CausesOf(question)[0]);
        Hosts.Answer(First, question, (B, Remote));
        while (First.Open.Count > 0)
            Hosts.Answer(First, First.Open[0], (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void A_late_answer_is_refused_and_the_connection_handed_over_with_all_there_is()
    {
        var late = Asked();
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.Desk.TakeChanges();
        Hosts.Answer(First, late, (C, Remote));
        Assert.Equal(SessionRefusal.DecisionLate, Assert.Single(First.Outcomes).Refusal?.Refusal);
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Equal(SessionChangeKind.Responsive, Assert.Single(Hosts.Desk.TakeChanges()).Kind);

        var question = Assert.Single(First.Open);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(question));
        Assert.Equal(3, question.Connection.Subflows.Length);
        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }
}
