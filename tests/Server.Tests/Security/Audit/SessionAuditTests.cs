using Google.Protobuf;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

/// <summary>What controllers do, in the trail.</summary>
public sealed class SessionAuditTests
{
    private static readonly PathCommand Withdraw = new() { WithdrawAddress = new WithdrawAddressCommand { AddressId = 9 } };

    [Fact]
    public async Task A_decision_is_recorded_with_its_commands_and_what_came_of_each_though_nobody_takes_the_outcome()
    {
        using var under = new TrailUnderTest();
        using var registry = await RegistryUnderTest.CreateAsync();
        var (session, _, _) = await registry.OpenAsync("decider", 5);
        var audit = new SessionAudit(under.Trail, TrailUnderTest.Root with { SessionId = 3, SessionRole = "te" });
        session.Recorder = audit;
        audit.Note(new Decision { DecisionId = 7, Commands = new PathCommands { Commands = { Withdraw, Withdraw } } });
        session.Tell(new DecisionOutcome(
            7, null, [OrderOutcome.Done, new OrderOutcome(new SessionRefusedException(SessionRefusal.LimitExceeded, "too many"))], "blue", 5));
        session.Tell(new DecisionOutcome(8, new SessionRefusedException(SessionRefusal.DecisionLate, "too late"), []));
        await under.FlushAsync();
        Assert.Equal(["decision", "decision"], under.Fields("kind"));
        Assert.Equal(["OK", "FAILED_PRECONDITION"], under.Fields("status"));
        Assert.Equal(["", "DECISION_LATE"], under.Fields("reason"));
        Assert.Equal(["blue", ""], under.Fields("namespace"));
        Assert.Equal(["3", "3"], under.Fields("sessionId"));
        Assert.Equal(2, Decision.Parser.ParseJson(under.Fields("request").First()).Commands.Commands.Count);
        Assert.Equal([null, "ROLE_LIMIT_EXCEEDED"], JsonParser.Default.Parse<DecisionResult>(under.Fields("after").First()).Results.Select(one => one.Error?.Reason));
    }

    [Fact]
    public async Task Of_several_answers_to_a_question_the_first_is_the_one_that_was_carried_out()
    {
        using var under = new TrailUnderTest();
        var audit = new SessionAudit(under.Trail, TrailUnderTest.Root);
        audit.Note(new Decision { DecisionId = 7, Commands = new PathCommands { Commands = { Withdraw } } });
        audit.Note(new Decision { DecisionId = 7, DeferTo = PathStrategy.None });
        audit.Told(new DecisionOutcome(7, null, [OrderOutcome.Done], "blue", 5));
        await under.FlushAsync();
        Assert.Single(Decision.Parser.ParseJson(Assert.Single(under.Fields("request"))).Commands.Commands);
    }

    [Fact]
    public async Task Commands_are_recorded_in_their_order_each_with_what_it_was()
    {
        using var under = new TrailUnderTest();
        var audit = new SessionAudit(under.Trail, TrailUnderTest.Root);
        // Their correlation ids may be the same.
        audit.Note(new ControlCommand { CorrelationId = 1, RequestId = "one", Token = 5, Command = Withdraw });
        audit.Note(new ControlCommand { CorrelationId = 1, Token = 6, ValidateOnly = true, Command = Withdraw });
        audit.Told(new CommandOutcome(1, "blue", 5, OrderOutcome.Done));
        audit.Told(new CommandOutcome(1, "blue", 6, new OrderOutcome(new SessionRefusedException(SessionRefusal.NotPrimary, "no"))));
        await under.FlushAsync();
        Assert.Equal(["5", "6"], under.Fields("token"));
        Assert.Equal(["one", "r-1"], under.Fields("requestId"));
        Assert.Equal(["OK", "FAILED_PRECONDITION"], under.Fields("status"));
        Assert.Equal(["", "True"], under.Fields("validateOnly"));
    }

    [Fact]
    public async Task Decisions_are_left_out_where_that_is_wanted_and_commands_are_not()
    {
        using var under = new TrailUnderTest(new AuditOptions { Decisions = false });
        var audit = new SessionAudit(under.Trail, TrailUnderTest.Root);
        audit.Note(new Decision { DecisionId = 7 });
        audit.Told(new DecisionOutcome(7, null, []));
        audit.Note(new ControlCommand { Token = 5 });
        audit.Told(new CommandOutcome(1, "blue", 5, OrderOutcome.Done));
        await under.FlushAsync();
        Assert.Equal(["command"], under.Fields("kind"));
    }

    [Fact]
    public async Task A_controller_is_refused_while_a_trail_that_is_required_cannot_be_written()
    {
        var sink = new ScriptedSink { IsFull = true };
        using var under = new TrailUnderTest(new AuditOptions { Required = true }, sink);
        var audit = new SessionAudit(under.Trail, TrailUnderTest.Root);
        Assert.Null(audit.FindRefusal());
        audit.Told(new CommandOutcome(1, "blue", 5, OrderOutcome.Done));
        await under.FlushAsync();
        Assert.Equal(SessionRefusal.AuditNotWritten, audit.FindRefusal()?.Refusal);
        // Having been asked, it tries again.
        sink.IsFull = false;
        audit.FindRefusal();
        await under.FlushAsync();
        Assert.Null(audit.FindRefusal());
    }
}
