using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Policies;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Sessions;

/// <summary>How many commands a role may give, what counts as one, and what becomes of those who say too much.</summary>
public class CommandBudgetTests
{
    // Nothing here is decided by the fallback.
    const string Policy = "match: {side: client}, families: ipv4, strategy: delegate, delegate: {role: edge, deadline: 30s, fallback: none}";

    // More than any budget here allows while they are said.
    const int Many = 50;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Beyond_the_roles_limits_commands_are_refused_with_a_hint_when_to_try_again()
    {
        await using var room = await CreateAsync("\"commands_per_second\": 2, \"subflows_per_connection\": 1");
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        // A decision is done as a whole, though it has more commands than there may be in a second.
        var result = await controller.AnswerAsync(
            question,
            ScriptedController.Create(room.Lab, question, path: 2),
            ScriptedController.Create(room.Lab, question, path: 3),
            ScriptedController.Create(room.Lab, question, path: 3));
        Assert.Equal([null, "ROLE_LIMIT_EXCEEDED", "ROLE_LIMIT_EXCEEDED"], result.Results.Select(one => one.Error?.Reason));
        Assert.All(result.Results.Skip(1), one => RequireLimit(one.Error, "subflows_per_connection"));
        await room.ShouldHaveAsync(pair, "1>1", "2>1");

        await SayManyAsync(controller, Checking(question.Connection));
        RequireLimit((await HearManyAsync(controller)).First(one => one.Result.Error is not null).Result.Error, "commands_per_second");
    }

    [LabFact]
    public async Task What_was_done_is_told_again_though_the_budget_is_used_up()
    {
        await using var room = await CreateAsync("\"commands_per_second\": 1");
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        var once = CommandOf(question.Connection, ScriptedController.Create(room.Lab, question, path: 2));
        once.RequestId = "once";
        Assert.Null((await controller.CommandAsync(once)).Result.Error);

        await SayManyAsync(controller, Checking(question.Connection), once);
        var results = await HearManyAsync(controller, each: 2);
        Assert.Contains(results.Where((_, index) => index % 2 == 0), one => one.Result.Error?.Reason == "ROLE_LIMIT_EXCEEDED");
        Assert.All(results.Where((_, index) => index % 2 == 1), one => Assert.Equal((true, null), (one.Replayed, one.Result.Error)));
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [LabFact]
    public async Task What_one_says_who_is_not_primary_takes_nothing_from_the_primary()
    {
        await using var room = await CreateAsync("\"commands_per_second\": 1");
        using var primary = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 2, name: "primary");
        using var standby = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1, name: "standby");
        var pair = await room.ConnectAsync();
        var question = await primary.AskedAsync(pair.Client.Token);
        await SayManyAsync(standby, CommandOf(question.Connection, ScriptedController.Create(room.Lab, question, path: 3)));
        Assert.All(await HearManyAsync(standby), one => Assert.Equal("NOT_PRIMARY", one.Result.Error?.Reason));
        Assert.Null((await primary.CommandAsync(CommandOf(question.Connection, ScriptedController.Create(room.Lab, question, path: 2)))).Result.Error);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [LabFact]
    public async Task A_decision_of_more_commands_than_are_left_waits_and_is_done_as_a_whole()
    {
        await using var room = await CreateAsync("\"commands_per_second\": 2");
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        await SayManyAsync(controller, Checking(question.Connection));
        var result = await controller.AnswerAsync(
            question, ScriptedController.Create(room.Lab, question, path: 2), ScriptedController.Create(room.Lab, question, path: 3));
        Assert.Null(result.Error);
        Assert.Equal([null, null], result.Results.Select(one => one.Error?.Reason));
        await room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");
    }

    [LabFact]
    public async Task Whoever_answers_what_nobody_asked_and_reads_nothing_keeps_no_others_from_being_served()
    {
        // Fewer are taken in before one is read; the kernel's buffers hold the others, or the controller waits.
        const int Flood = 70_000, TakenIn = 60_000;
        const ulong First = 1_000_000;
        await using var room = await CreateAsync("\"subflows\": 100");
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var said = 0;
        var flood = FloodAsync();
        await LabWait.UntilAsync("the decisions to be taken in", () => Volatile.Read(ref said) >= TakenIn, Patience, Cancellation);
        for (var calls = 0; calls < 20; calls++)
        {
            var info = new GetInfoRequest { Namespace = ServedLab.ClientName };
            await room.Daemon.Client.Node.GetInfoAsync(info, deadline: DateTime.UtcNow + Patience, cancellationToken: Cancellation);
            // The kernel loop answers this one.
            await room.Daemon.Client.Sessions.ListSessionsAsync(
                new ListSessionsRequest(), deadline: DateTime.UtcNow + Patience, cancellationToken: Cancellation);
        }

        // Whoever reads again has everything answered, in order.
        for (ulong id = 1; id <= Flood; id++)
        {
            var outcome = (await controller.HearAsync(ControlResponse.MessageOneofCase.DecisionResult)).DecisionResult;
            Assert.Equal((First + id, "DECISION_UNKNOWN"), (outcome.DecisionId, outcome.Error?.Reason));
        }

        await flood;
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        Assert.Null((await controller.AnswerAsync(question, ScriptedController.Create(room.Lab, question, path: 2))).Error);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");

        async Task FloodAsync()
        {
            for (ulong id = 1; id <= Flood; id++)
            {
                await controller.SayAsync(new ControlRequest { Decision = new Decision { DecisionId = First + id } });
                Interlocked.Increment(ref said);
            }
        }
    }

    static async Task<PolicyLab> CreateAsync(string limits)
    {
        var room = await PolicyLab.CreateAsync(paths: 3, $$"""
            "roles": [{ "name": "edge", "limits": { {{limits}} } }]
            """);
        await room.ApplyAsync(Policy);
        return room;
    }

    static void RequireLimit(CommandError error, string limit)
    {
        Assert.Equal(("ROLE_LIMIT_EXCEEDED", limit), (error.Reason, error.Metadata["limit"]));
        Assert.True(error.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.Equal((uint)StatusCode.ResourceExhausted, error.Code);
    }

    static ControlCommand CommandOf(Connection connection, PathCommand command) => new()
    {
        CorrelationId = 17,
        Namespace = connection.Namespace,
        Token = connection.Token,
        Command = command,
    };

    // One that is only checked, and counts all the same.
    static ControlCommand Checking(Connection connection)
    {
        var checking = CommandOf(connection, new PathCommand { WithdrawAddress = new WithdrawAddressCommand { AddressId = 9 } });
        checking.ValidateOnly = true;
        return checking;
    }

    static async Task SayManyAsync(ScriptedController controller, params ControlCommand[] commands)
    {
        for (var count = 0; count < Many; count++)
        {
            foreach (var command in commands)
                await controller.SayAsync(new ControlRequest { Command = command });
        }
    }

    static async Task<IReadOnlyList<ControlCommandResult>> HearManyAsync(ScriptedController controller, int each = 1)
    {
        var results = new List<ControlCommandResult>();
        while (results.Count < each * Many)
            results.Add((await controller.HearAsync(ControlResponse.MessageOneofCase.CommandResult)).CommandResult);
        return results;
    }
}
