using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Who decides about a delegated connection when, and what becomes of its paths then.</summary>
public sealed class DelegationTests
{
    private const string A = DelegatedHosts.A, B = DelegatedHosts.B, C = DelegatedHosts.C;
    private static readonly IPEndPoint Remote = DelegatedHosts.Remote;
    private static readonly string[] OfFallback = [DelegatedHosts.PathOf(A, Remote), DelegatedHosts.PathOf(A, Remote)];
    private static readonly string[] OfController = [DelegatedHosts.PathOf(B, Remote)];

    private readonly DelegatedHosts _hosts = new(count: 2, PathStrategy.Ndiffports);
    private readonly ScriptedController _first = new(1);
    private readonly ScriptedController _second = new(2);

    private KeptHost Host => _hosts.Host;

    [Fact]
    public void A_controller_is_asked_before_a_connection_is_established_and_its_answer_waits_for_that()
    {
        _hosts.Seats(_first);
        DelegatedHosts.Begin(Host);
        var question = Assert.Single(_first.Open);
        Assert.Equal([DecisionCause.Established], CausesOf(question));
        Assert.Equal([A, B, C], question.LocalAddresses.Select(path => $"{path.Address}"));
        _first.Open.Clear();
        Host.Desk.Answer(_first, question.Id, new DecisionAnswer([DelegatedHosts.Create(B, Remote)], DeferTo: null));
        Assert.Equal(0, Host.Kernel.Commands);
        Assert.Empty(_first.Outcomes);
        _hosts.Settle();
        Assert.Equal(OfController, Host.Joined());
        Assert.Null(Assert.Single(_first.Outcomes).Refusal);
    }

    [Fact]
    public void While_a_controller_is_asked_nothing_is_done_and_when_its_time_is_over_the_fallback_acts()
    {
        var question = Asked();
        _hosts.Pass(DelegatedHosts.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.Empty(Host.Joined());
        _hosts.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Equal([question], _first.Missed);
        Assert.Equal(SessionChangeKind.Unresponsive, Assert.Single(_hosts.Desk.TakeChanges()).Kind);
    }

    [Fact]
    public void A_late_answer_is_refused_and_the_connection_handed_over_with_all_there_is()
    {
        var late = Asked();
        _hosts.Pass(DelegatedHosts.Deadline);
        _hosts.Desk.TakeChanges();
        _hosts.Answer(_first, late, (C, Remote));
        Assert.Equal(SessionRefusal.DecisionLate, Assert.Single(_first.Outcomes).Refusal?.Refusal);
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Equal(SessionChangeKind.Responsive, Assert.Single(_hosts.Desk.TakeChanges()).Kind);

        var question = Assert.Single(_first.Open);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(question));
        Assert.Equal(3, question.Connection.Subflows.Length);
        _hosts.Answer(_first, question, (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void A_silent_controller_is_asked_nothing_more_until_something_is_heard_of_it()
    {
        Asked();
        _hosts.Pass(DelegatedHosts.Deadline);
        _hosts.All[1].Kernel.Connect();
        _hosts.Settle();
        Assert.Equal(OfFallback, _hosts.All[1].Joined());
        Assert.Single(_first.Asked);

        _hosts.Answer(_first, question: 1_000, new DecisionAnswer([], DeferTo: null));
        Assert.Equal(SessionRefusal.DecisionUnknown, Assert.Single(_first.Outcomes).Refusal?.Refusal);
        Assert.Equal(["host 0", "host 1"], _first.Open.Select(open => open.Connection.Namespace).Order());
        Assert.All(_first.Open, open => Assert.Equal([DecisionCause.HandedOver], CausesOf(open)));
    }

    [Fact]
    public void What_a_controller_decided_stays_for_the_deadline_when_it_goes_and_then_the_fallback_acts()
    {
        Decided();
        _hosts.Sit(null);
        _hosts.Settle();
        _hosts.Pass(DelegatedHosts.Deadline - TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfController, Host.Joined());
        _hosts.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfFallback, Host.Joined());
        _hosts.Seats(_second);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(_second.Open)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_restart_of_the_daemon_what_was_decided_stays_for_five_seconds_and_is_handed_over(bool comesBack)
    {
        using var directory = new TemporaryDirectory();
        HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance).Dispose();
        Decided();
        _hosts.Sit(null);
        using var journal = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance);
        Host.Forget(journal);
        _hosts.Apply();
        _hosts.Settle();
        _hosts.Pass(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(OfController, Host.Joined());
        if (comesBack)
            _hosts.Seats(_second);
        _hosts.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal(comesBack ? OfController : OfFallback, Host.Joined());
        if (comesBack)
            Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(_second.Open)));
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
        _hosts.Sit(null);
        _hosts.Settle();
        _hosts.Pass(deadlines * DelegatedHosts.Deadline);
        _hosts.Seats(_first);
        var question = Assert.Single(_first.Open);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(question));
        _hosts.Answer(_first, question, (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void A_connection_that_is_in_the_scope_again_is_handed_over()
    {
        Decided();
        _hosts.SetScope(new PolicyMatch { ServerSide = true });
        _hosts.Settle();
        _hosts.Pass(DelegatedHosts.Deadline);
        Assert.Equal(OfFallback, Host.Joined());
        Assert.Null(Host.Keeper.FindHolder(SimulatedKernel.Token));
        _hosts.SetScope(PolicyMatch.All);
        _hosts.Settle();
        Assert.Same(_first, Host.Keeper.FindHolder(SimulatedKernel.Token)?.Controller);
        _hosts.Answer(_first, Assert.Single(_first.Open), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void A_command_of_one_who_was_silent_does_not_keep_it_from_being_asked_what_becomes_of_the_fallback_s_paths()
    {
        Asked();
        _hosts.Pass(DelegatedHosts.Deadline);
        Assert.Null(_hosts.Command(_first, Host, DelegatedHosts.Create(B, Remote)).Failure);
        var question = Assert.Single(_first.Open);
        Assert.Equal(DecisionCause.HandedOver, CausesOf(question)[0]);
        _hosts.Answer(_first, question, (B, Remote));
        while (_first.Open.Count > 0)
            _hosts.Answer(_first, _first.Open[0], (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void A_new_primary_is_asked_when_it_may_begin_and_the_one_before_may_do_nothing_any_more()
    {
        var question = Asked();
        _hosts.Sit(_second);
        _hosts.Settle();
        Assert.Empty(_second.Open);
        Assert.Throws<SessionRefusedException>(() => _hosts.Command(_second, Host, DelegatedHosts.Create(C, Remote)));
        _hosts.Open();
        _hosts.Settle();
        Assert.Empty(_first.Open);
        Assert.Empty(_first.Missed);
        _hosts.Answer(_first, question, (C, Remote));
        Assert.Equal(SessionRefusal.NotPrimary, Assert.Single(_first.Outcomes).Refusal?.Refusal);
        Assert.Throws<SessionRefusedException>(() => _hosts.Command(_first, Host, DelegatedHosts.Create(C, Remote)));
        _hosts.Answer(_second, Assert.Single(_second.Open), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void Of_a_wrong_answer_each_part_is_refused_by_itself()
    {
        var question = Asked();
        _hosts.Answer(_first, question.Id, new DecisionAnswer(
            [
                new PathOrder.Destroy(new SubflowAddresses(IPEndPoint.Parse($"{C}:1"), Remote)),
                new PathOrder.Refused(new ArgumentException("no such family")),
                DelegatedHosts.Create(B, Remote),
                new PathOrder.Withdraw(250),
            ],
            DeferTo: null));
        var outcome = Assert.Single(_first.Outcomes);
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
        _hosts.Settle();
        Assert.Equal([question], _first.Open);
        _hosts.Answer(_first, question, (B, Remote));
        Assert.Equal([DecisionCause.AddressAnnounced, DecisionCause.LocalAddressDown], CausesOf(Assert.Single(_first.Open)).Order());
    }

    [Fact]
    public void A_connection_that_is_left_to_a_strategy_has_its_paths_and_no_question_until_another_is_primary()
    {
        _hosts.Answer(_first, Asked().Id, new DecisionAnswer([], PathStrategy.FullMesh));
        string[] mesh = [DelegatedHosts.PathOf(B, Remote), DelegatedHosts.PathOf(C, Remote)];
        Assert.Equal(mesh, Host.Joined());
        Host.RemoveInterface(4);
        _hosts.Settle();
        Assert.Equal(mesh[..1], Host.Joined());
        Assert.Empty(_first.Open);
        _hosts.Seats(_second);
        Assert.Equal([DecisionCause.HandedOver], CausesOf(Assert.Single(_second.Open)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_nothing_is_delegated_or_done_any_more_what_is_answered_then_is_not_done(bool isMonitored)
    {
        var question = Asked();
        if (isMonitored)
            _hosts.Apply(PolicyEnforcement.Monitor);
        else
            Host.ApplyNone();
        _hosts.Settle();
        Assert.Empty(_first.Open);
        _hosts.Answer(_first, question, (B, Remote));
        Assert.Equal(SessionRefusal.DecisionLate, Assert.Single(_first.Outcomes).Refusal?.Refusal);
        Assert.Equal(0, Host.Kernel.Commands);

        _hosts.Apply();
        _hosts.Settle();
        _hosts.Answer(_first, Assert.Single(_first.Open), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }

    [Fact]
    public void No_more_subflows_are_made_than_the_role_allows_of_a_connection_and_of_all()
    {
        _hosts.Desk.Sit(new Role("te") { Limits = new RoleLimits { SubflowsPerConnection = 2, Subflows = 3 } }, _first);
        _hosts.Open();
        _hosts.All.ForEach(host => host.Kernel.Connect());
        _hosts.Settle();
        Assert.Equal([null, null, "subflows_per_connection"], LimitsOf(_first.Open[0]));
        Assert.Equal([null, "subflows", "subflows"], LimitsOf(_first.Open[0]));
        Assert.Equal(3, _hosts.Desk.SubflowsOf("te"));

        // One that ends makes room for another one.
        Host.Kernel.End(Host.Kernel.Subflows[1], null);
        _hosts.Settle();
        Assert.Equal(2, _hosts.Desk.SubflowsOf("te"));
        Assert.Equal([null, "subflows_per_connection", "subflows_per_connection"], LimitsOf(_first.Open[0]));

        string?[] LimitsOf(DecisionQuestion question)
        {
            _first.Outcomes.Clear();
            _hosts.Answer(_first, question.Id, new DecisionAnswer([.. new[] { B, C, A }.Select(local => DelegatedHosts.Create(local, Remote))], DeferTo: null));
            return [.. Assert.Single(_first.Outcomes).Outcomes.Select(one => (one.Failure as SessionRefusedException)?.Facts["limit"])];
        }
    }

    private static IReadOnlyList<DecisionCause> CausesOf(DecisionQuestion question) => [.. question.Reasons.Select(reason => reason.Cause)];

    // The connection is there, and the controller asked about it.
    private DecisionQuestion Asked()
    {
        _hosts.Seats(_first);
        Host.Kernel.Connect();
        _hosts.Settle();
        return Assert.Single(_first.Open);
    }

    private void Decided()
    {
        _hosts.Answer(_first, Asked(), (B, Remote));
        Assert.Equal(OfController, Host.Joined());
    }
}
