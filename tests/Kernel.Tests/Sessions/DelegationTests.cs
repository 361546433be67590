using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Policies;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Sessions;

/// <summary>Whatever becomes of a controller, each connection ends with the paths that it wants, or that the fallback wants: never a mix.</summary>
public class DelegationTests
{
    // Over the second path alone: what the fallback makes is told from what controllers make.
    const string Policy =
        "match: {side: client}, families: ipv4, strategy: delegate, interfaces: {allow: [path1, path2]}, "
        + "delegate: {role: edge, deadline: 300ms, fallback: fullmesh}";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_controller_decides_when_a_connection_is_established_and_the_fallback_keeps_away()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        Assert.True(controller.Welcome.Primary.IsSelf);

        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        Assert.Equal(DecisionCause.Established, Assert.Single(question.Reasons).Cause);
        Assert.Equal(PathStrategy.FullMesh, question.Fallback);
        Assert.Contains(question.LocalAddresses, local => local.Address.Address == room.Lab.Client.GetPath(3).IPv4.ToString());
        var result = await controller.AnswerAsync(question, ScriptedController.Create(room.Lab, question, path: 3));

        Assert.Null(result.Error);
        Assert.Null(Assert.Single(result.Results).Error);
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
        Assert.Contains((await room.GetAsync(pair.Client.Token)).Subflows, subflow => subflow.Maker == SubflowMaker.Controller);
    }

    [LabFact]
    public async Task Without_a_controller_the_fallback_acts_and_hands_over_when_one_comes()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        var pair = await room.ConnectAsync();
        await room.ShouldHaveAsync(pair, "1>1", "2>1");

        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 7);
        var question = await controller.AskedAsync(pair.Client.Token, DecisionCause.HandedOver);
        var made = Assert.Single(question.Connection.Subflows, subflow => subflow.Maker == SubflowMaker.Policy);
        var result = await controller.AnswerAsync(
            question,
            new PathCommand { DestroySubflow = new DestroySubflowCommand { Local = made.Local, Remote = made.Remote } },
            ScriptedController.Create(room.Lab, question, path: 3));
        Assert.All(result.Results, one => Assert.Null(one.Error));
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
    }

    [LabFact]
    public async Task A_controller_that_goes_leaves_its_connections_to_the_fallback()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        await controller.AnswerAsync(question, ScriptedController.Create(room.Lab, question, path: 3));
        await room.ShouldHaveAsync(pair, "1>1", "3>1");

        controller.Dispose();
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [LabFact]
    public async Task A_late_answer_is_refused_as_late_and_the_connection_handed_over()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");

        var late = await controller.AnswerAsync(question, ScriptedController.Create(room.Lab, question, path: 3));
        Assert.Equal("DECISION_LATE", late.Error?.Reason);
        Assert.Empty(late.Results);

        var again = await controller.AskedAsync(pair.Client.Token, DecisionCause.HandedOver);
        Assert.Null((await controller.AnswerAsync(again)).Error);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [LabFact]
    public async Task Wrong_answers_are_refused_one_by_one_and_nothing_else_is_lost()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);

        await controller.SayAsync(new ControlRequest { Decision = new Decision { DecisionId = question.DecisionId } });
        var unreadable = await controller.HearAsync(ControlResponse.MessageOneofCase.DecisionResult);
        Assert.Equal("decision.answer", Assert.Single(unreadable.DecisionResult.Error.Violations).Field);

        var result = await controller.AnswerAsync(
            question,
            new PathCommand(),
            new PathCommand { TuneSubflow = new TuneSubflowCommand() },
            new PathCommand
            {
                TuneSubflow = new TuneSubflowCommand { Local = question.Connection.Local, Remote = question.Connection.Remote, PacingRate = 1_000 },
            },
            new PathCommand
            {
                CreateSubflow = new CreateSubflowCommand { Local = new SocketAddress { Address = "198.19.255.1" }, Remote = question.Connection.Remote },
            },
            ScriptedController.Create(room.Lab, question, path: 3));
        Assert.Null(result.Error);
        Assert.Equal(
            ["INVALID_REQUEST", "INVALID_REQUEST", "TUNING_DISABLED", "ADDRESS_NOT_AVAILABLE", null],
            result.Results.Select(one => one.Error?.Reason));
        await room.ShouldHaveAsync(pair, "1>1", "3>1");

        var unknown = await controller.AnswerAsync(new DecisionRequest { DecisionId = 4711 });
        Assert.Equal("DECISION_UNKNOWN", unknown.Error?.Reason);
    }

    [LabFact]
    public async Task Two_that_fight_for_a_role_are_never_both_obeyed()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        using var one = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1, name: "one");
        var pair = await room.ConnectAsync();
        var first = await one.AskedAsync(pair.Client.Token);
        await one.AnswerAsync(first);
        var twice = await Assert.ThrowsAsync<RpcException>(() => ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1));
        Assert.Equal(StatusCode.AlreadyExists, twice.StatusCode);

        using var two = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 2, name: "two");
        var question = await two.AskedAsync(pair.Client.Token, DecisionCause.HandedOver);
        await two.AnswerAsync(question, ScriptedController.Create(room.Lab, question, path: 2));
        var deposed = await one.HearAsync(ControlResponse.MessageOneofCase.Primary, said => !said.Primary.IsSelf);
        Assert.Equal("two", deposed.Primary.Primary.Name);
        var refused = await one.CommandAsync(CommandOf(question.Connection, ScriptedController.Create(room.Lab, question, path: 3)));
        Assert.Equal("NOT_PRIMARY", refused.Result.Error?.Reason);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");

        await one.SayAsync(new ControlRequest { Bid = new ControlBid { ElectionId = 3 } });
        // It hears that it is primary before it is asked anything.
        await one.HearAsync(ControlResponse.MessageOneofCase.Primary, said => said.Primary.IsSelf);
        question = await one.AskedAsync(pair.Client.Token, DecisionCause.HandedOver);
        Assert.NotEqual(first.DecisionId, question.DecisionId);
        var other = Assert.Single(question.Connection.Subflows, subflow => !subflow.Initial);
        await one.AnswerAsync(
            question,
            new PathCommand { DestroySubflow = new DestroySubflowCommand { Local = other.Local, Remote = other.Remote } },
            ScriptedController.Create(room.Lab, question, path: 3));
        await room.ShouldHaveAsync(pair, "1>1", "3>1");

        // Whoever comes back with less than was bid before is nobody's primary, also when nobody else is.
        await one.EndAsync();
        await two.HearAsync(ControlResponse.MessageOneofCase.Primary, said => said.Primary.Primary is null);
        Assert.Equal("NOT_PRIMARY", (await two.CommandAsync(CommandOf(question.Connection, ScriptedController.Create(room.Lab, question, path: 3)))).Result.Error?.Reason);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [LabFact]
    public async Task Callers_may_not_write_where_a_controller_decides_but_administrators_may()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1, name: "steering");
        var pair = await room.ConnectAsync();
        await controller.AnswerAsync(await controller.AskedAsync(pair.Client.Token));
        var request = new CreateSubflowRequest
        {
            Namespace = ServedLab.ClientName,
            Token = pair.Client.Token,
            Local = new SocketAddress { Address = room.Lab.Client.GetPath(3).IPv4.ToString() },
            Remote = (await room.GetAsync(pair.Client.Token)).Remote,
        };

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await room.Connections.CreateSubflowAsync(request, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Contains("steering", refused.Status.Detail, StringComparison.Ordinal);
        await room.ShouldHaveAsync(pair, "1>1");

        request.OverrideHolder = true;
        await room.Connections.CreateSubflowAsync(request, cancellationToken: Cancellation);
        await room.ShouldHaveAsync(pair, "1>1", "3>1");

        var role = Assert.Single((await room.Daemon.Client.Sessions.ListSessionsAsync(new ListSessionsRequest(), cancellationToken: Cancellation)).Roles);
        Assert.Equal(("edge", 1u, 0u), (role.Role.Name, role.DelegatedConnections, role.FallenBackConnections));
        var session = Assert.Single(role.Sessions);
        Assert.Equal((true, 1u), (session.Primary, (uint)session.Figures.DecisionsMade));

        var trail = await room.Daemon.Client.Audit.ListAuditEntriesAsync(
            new ListAuditEntriesRequest { Token = pair.Client.Token, Namespace = ServedLab.ClientName }, cancellationToken: Cancellation);
        Assert.Equal(
            [(AuditKind.Call, ""), (AuditKind.Call, "SCOPE_HELD"), (AuditKind.Decision, "")], trail.Entries.Select(entry => (entry.Kind, entry.Reason)));
        Assert.Contains("steering (session", trail.Entries[0].Overridden, StringComparison.Ordinal);
        Assert.Contains(request.Local.Address, trail.Entries[0].AfterJson, StringComparison.Ordinal);
        Assert.Equal("", trail.Entries[1].Overridden);
    }

    [LabFact]
    public async Task Commands_are_done_at_any_time_in_order_and_once()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        await controller.AnswerAsync(question);
        await room.ShouldHaveAsync(pair, "1>1");

        var command = CommandOf(question.Connection, ScriptedController.Create(room.Lab, question, path: 2));
        command.ValidateOnly = true;
        Assert.Null((await controller.CommandAsync(command)).Result.Error);
        await room.ShouldHaveAsync(pair, "1>1");

        command.ValidateOnly = false;
        command.RequestId = "once";
        Assert.False((await controller.CommandAsync(command)).Replayed);
        var again = await controller.CommandAsync(command);
        Assert.True(again.Replayed);
        Assert.Null(again.Result.Error);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");

        var other = command.Clone();
        other.Command = ScriptedController.Create(room.Lab, question, path: 3);
        Assert.Equal("REQUEST_ID_REUSED", (await controller.CommandAsync(other)).Result.Error?.Reason);
        other.RequestId = "";
        other.ConnectionId = 1;
        Assert.Equal("CONNECTION_ID_MISMATCH", (await controller.CommandAsync(other)).Result.Error?.Reason);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [LabFact]
    public async Task What_was_decided_stays_over_a_restart_of_the_daemon_and_is_handed_over()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy);
        var before = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 5);
        var pair = await room.ConnectAsync();
        var question = await before.AskedAsync(pair.Client.Token);
        await before.AnswerAsync(question, ScriptedController.Create(room.Lab, question, path: 3));
        await room.ShouldHaveAsync(pair, "1>1", "3>1");

        await room.Daemon.KillAsync();
        before.Dispose();
        await room.Daemon.StartAgainAsync();
        using var lower = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 4);
        Assert.False(lower.Welcome.Primary.IsSelf);
        Assert.Equal(5ul, lower.Welcome.Primary.HighestElectionId);
        using var after = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 6);
        question = await after.AskedAsync(pair.Client.Token, DecisionCause.HandedOver);
        Assert.Equal(2, question.Connection.Subflows.Count);
        await after.AnswerAsync(question);
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
    }

    [LabFact]
    public async Task What_happens_while_a_controller_is_asked_it_is_asked_next()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Policy.Replace("300ms", "10s", StringComparison.Ordinal));
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        await room.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest
            {
                Namespace = ServedLab.ServerName,
                Token = pair.Server.Token,
                AddressId = 9,
                OverrideHolder = true,
                Address = new SocketAddress { Address = room.Lab.Server.GetPath(3).IPv4.ToString() },
            },
            cancellationToken: Cancellation);
        await Mptcp.Lab.LabWait.UntilAsync(
            "the client to hear of the address",
            async _ => (await room.GetAsync(pair.Client.Token)).RemoteAddresses.Count == 1, TimeSpan.FromSeconds(10), Cancellation);

        await controller.AnswerAsync(question);
        var next = await controller.AskedAsync(pair.Client.Token, DecisionCause.AddressAnnounced);
        Assert.Equal(9u, Assert.Single(next.Reasons).Address.Id);
        await controller.AnswerAsync(next);
        await room.ShouldHaveAsync(pair, "1>1");
    }

    static ControlCommand CommandOf(Connection connection, PathCommand command) => new()
    {
        CorrelationId = 17,
        Namespace = connection.Namespace,
        Token = connection.Token,
        Command = command,
    };
}
