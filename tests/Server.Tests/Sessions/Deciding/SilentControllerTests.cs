using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>How a controller that misses decisions is found to be well again, and how little is asked of it until then.</summary>
public sealed class SilentControllerTests : DelegationScenario
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void One_that_says_nothing_is_asked_again_after_a_second_and_handed_over_everything_when_it_answers()
    {
        BothMissed();
        Assert.Equal(SessionChangeKind.Unresponsive, Assert.Single(Hosts.Desk.TakeChanges()).Kind);
        Hosts.Pass(TimeSpan.FromSeconds(1) - Moment);
        Assert.Empty(First.Open);
        Hosts.Pass(Moment);
        var question = Assert.Single(First.Open);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(question));
        Assert.Contains(First.Missed, missed => missed.Connection.Namespace == question.Connection.Namespace);
        Assert.False(Hosts.Seat!.IsResponsive);
        Assert.All(Hosts.All, host => Assert.Equal(OfFallback, host.Joined()));

        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal(SessionChangeKind.Responsive, Assert.Single(Hosts.Desk.TakeChanges()).Kind);
        var other = Assert.Single(First.Open);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(other));
        Assert.NotEqual(question.Connection.Namespace, other.Connection.Namespace);
        Hosts.Answer(First, other, (B, Remote));
        Assert.All(Hosts.All, host => Assert.Equal(OfController, host.Joined()));
    }

    [Theory]
    [MemberData(nameof(JumpingClock.Years), MemberType = typeof(JumpingClock))]
    public void While_it_stays_silent_it_is_asked_less_and_less_and_one_thing_at_a_time_whatever_becomes_of_the_clock(int years)
    {
        BothMissed();
        var asked = new List<double>();
        // From the moment when it missed the first one.
        for (var halves = 1; halves <= 220; halves++)
        {
            var before = First.Asked.Count;
            Hosts.Jump(halves % 2 == 0 ? years : -years);
            Hosts.Pass(TimeSpan.FromSeconds(0.5));
            if (First.Asked.Count > before)
                asked.Add(halves / 2.0);
            Assert.InRange(First.Open.Count, 0, 1);
            Assert.InRange(First.Asked.Count - before, 0, 1);
            Assert.All(Hosts.All, host => Assert.Equal(OfFallback, host.Joined()));
        }

        // A second for each that it misses, and the pause after that.
        Assert.Equal([1, 3, 6, 11, 20, 37, 68, 99], asked);
        // It fell silent once, whatever it missed since.
        Assert.Equal(SessionChangeKind.Unresponsive, Assert.Single(Hosts.Desk.TakeChanges()).Kind);
    }

    [Fact]
    public void What_it_commands_in_a_pause_is_not_undone_by_the_fallback()
    {
        BothMissed();
        Hosts.Pass(TimeSpan.FromSeconds(1));
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Empty(First.Open);
        Assert.Null(Hosts.Command(First, Host, DelegatedHosts.Create(C, Remote)).Failure);
        Assert.Contains(DelegatedHosts.PathOf(C, Remote), Host.Joined());
        var question = Assert.Single(First.Open, open => open.Connection.Namespace == Host.Connection.Namespace);
        Assert.Contains(DecisionCause.HandedOver, CausesOf(question));
    }

    [Fact]
    public void An_answer_that_waits_for_its_budget_is_in_time()
    {
        var question = Asked();
        Assert.False(Hosts.Desk.NoteArrived(First, question.Id));
        Hosts.Pass(TimeSpan.FromHours(1));
        Assert.Empty(First.Missed);
        Assert.Empty(Host.Joined());
        Hosts.Answer(First, question, (B, Remote));
        Assert.Equal(OfController, Host.Joined());

        // And what nobody asked for has not come.
        Assert.False(Hosts.Desk.NoteArrived(First, question.Id));
    }

    [Fact]
    public void One_that_is_always_late_is_not_handed_over_everything_with_each_answer()
    {
        BothMissed();
        AnswerLate();
        Assert.Equal(2, First.Open.Count);
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Empty(First.Open);
        AnswerLate();
        AnswerLate();
        Assert.Empty(First.Open);

        // After the pause it is asked about one, and misses that too.
        Hosts.Pass(TimeSpan.FromSeconds(1));
        Assert.Single(First.Open);
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.Pass(TimeSpan.FromSeconds(2) - Moment);
        AnswerLate();
        Assert.Empty(First.Open);
        // What it says counts from then on.
        Hosts.Pass(Moment);
        Assert.Single(First.Open);
        AnswerLate();
        Assert.Equal(2, First.Open.Count);
    }

    [Fact]
    public void After_an_answer_in_time_it_is_late_as_if_for_the_first_time()
    {
        BothMissed();
        AnswerLate();
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.Pass(TimeSpan.FromSeconds(1));
        Hosts.Answer(First, Assert.Single(First.Open), (B, Remote));
        Assert.Single(First.Open);
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Empty(First.Open);
        AnswerLate();
        Assert.Single(First.Open);
    }

    [Fact]
    public void A_connection_that_ends_while_it_is_asked_about_it_does_not_keep_it_from_being_asked_about_others()
    {
        BothMissed();
        Hosts.Pass(TimeSpan.FromSeconds(1));
        var question = Assert.Single(First.Open);
        var (ended, other) = Host.Connection.Namespace == question.Connection.Namespace ? (Host, Hosts.All[1]) : (Hosts.All[1], Host);
        ended.Kernel.Disconnect();
        Hosts.Settle();
        Assert.Null(ended.Table.Find(SimulatedKernel.Token));
        other.Kernel.PeerAnnounces(1, DelegatedHosts.Second);
        Hosts.Settle();
        Assert.Equal(other.Connection.Namespace, Assert.Single(First.Open).Connection.Namespace);
        Hosts.Answer(First, First.Open[0], (B, Remote));
        Assert.Equal(OfController, other.Joined());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_500)]
    public void Where_the_connection_that_it_was_asked_about_has_ended_it_is_asked_about_another_one_by_itself(int milliseconds)
    {
        BothMissed();
        Hosts.Pass(TimeSpan.FromSeconds(1));
        var name = Assert.Single(First.Open).Connection.Namespace;
        var ended = Hosts.All.Single(host => host.Connection.Namespace == name);
        // While it is asked, or in the pause after that.
        Hosts.Pass(TimeSpan.FromMilliseconds(milliseconds));
        ended.Kernel.Disconnect();
        Hosts.Settle();
        Assert.Empty(First.Open);
        Hosts.Pass(TimeSpan.FromSeconds(30));
        Assert.NotEqual(name, Assert.Single(First.Open).Connection.Namespace);
    }

    [Fact]
    public void A_connection_that_begins_while_it_is_silent_is_left_to_the_fallback_and_handed_over_later()
    {
        Asked();
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.All[1].Kernel.Connect();
        Hosts.Settle();
        Assert.Equal(OfFallback, Hosts.All[1].Joined());
        Hosts.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("host 0", Assert.Single(First.Open).Connection.Namespace);
        Hosts.Answer(First, First.Open[0], (B, Remote));
        Assert.Equal("host 1", Assert.Single(First.Open).Connection.Namespace);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(First.Open[0]));
    }

    [Fact]
    public void Another_primary_is_asked_at_once_however_long_the_one_before_was_silent()
    {
        BothMissed();
        Hosts.Pass(TimeSpan.FromSeconds(1));
        Hosts.Pass(DelegatedHosts.Deadline);
        Hosts.Seats(Second);
        Assert.Equal(2, Second.Open.Count);
        Assert.Empty(First.Open);
    }

    private void BothMissed()
    {
        Hosts.Seats(First);
        Hosts.All.ForEach(host => host.Kernel.Connect());
        Hosts.Settle();
        Assert.Equal(2, First.Open.Count);
        Hosts.Pass(DelegatedHosts.Deadline);
        Assert.Equal(2, First.Missed.Count);
        Assert.All(Hosts.All, host => Assert.Equal(OfFallback, host.Joined()));
    }

    private void AnswerLate() => Hosts.Answer(First, First.Missed[^1], (B, Remote));
}
