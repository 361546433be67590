using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

public sealed class CommandTests
{
    static readonly Connection Some = new() { Namespace = "self", Token = 7, Id = 1007 };
    static readonly PathCommand Withdraw = PathActions.WithdrawAddress(3);

    [Fact(Timeout = 30_000)]
    public async Task Commands_are_sent_without_waiting_for_each_other_and_each_gets_its_answer()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        var answers = Enumerable.Range(0, 3).Select(_ => SendAsync(stage)).ToList();
        var commands = new List<ControlCommand>();
        for (var i = 0; i < 3; i++)
            commands.Add(await session.NextCommandAsync());
        Assert.Equal(3, commands.Select(command => command.RequestId).Distinct().Count());
        Assert.All(commands, command => Assert.Equal(
            new ControlCommand
            {
                CorrelationId = command.CorrelationId,
                RequestId = command.RequestId,
                Namespace = "self",
                Token = 7,
                ConnectionId = 1007,
                Command = Withdraw,
            },
            command));

        await session.AnswerAsync(commands[0].CorrelationId, new PathCommandResult { Subflow = new Subflow { Id = 1 } });
        await session.AnswerAsync(
            commands[1].CorrelationId,
            new PathCommandResult { Error = new CommandError { Code = 5, Reason = "ADDRESS_NOT_FOUND", Message = "no address 3" } });
        await session.AnswerAsync(commands[2].CorrelationId);
        Assert.Equal(1ul, (await answers[0]).Subflow.Id);
        var refused = await Assert.ThrowsAsync<CommandRefusedException>(() => answers[1]);
        Assert.Equal((ErrorReason.AddressNotFound, StatusCode.NotFound), (refused.Error.Reason, refused.Error.StatusCode));
        Assert.Equal("no address 3", refused.Message);
        Assert.Equal(new PathCommandResult(), await answers[2]);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_was_not_answered_when_the_session_broke_is_sent_again_in_order_with_the_same_request_ids()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        var answers = Enumerable.Range(0, 3).Select(_ => SendAsync(stage)).ToList();
        var sent = new[] { await session.NextCommandAsync(), await session.NextCommandAsync(), await session.NextCommandAsync() };
        await session.AnswerAsync(sent[0].CorrelationId);
        await answers[0];
        session.Abort();

        session = await stage.OpenAsync().WaitAsync(cancellation);
        Assert.Equal(sent[1], await session.NextCommandAsync());
        Assert.Equal(sent[2], await session.NextCommandAsync());
        await session.AnswerAsync(sent[1].CorrelationId);
        await session.AnswerAsync(sent[2].CorrelationId);
        await Task.WhenAll(answers);
        Assert.True(session.IsSilent);
    }

    [Fact(Timeout = 30_000)]
    public async Task Commands_wait_for_a_session_in_which_the_controller_is_primary()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        var answer = SendAsync(stage);
        var session = await stage.OpenAsync(Stage.Nobody(5)).WaitAsync(cancellation);
        await session.TellPrimaryAsync(Stage.Self());

        await session.AnswerAsync((await session.NextCommandAsync()).CorrelationId);
        await answer;
    }

    [Fact(Timeout = 30_000)]
    public async Task While_another_controller_is_primary_a_command_is_refused_here()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        var early = SendAsync(stage);
        var session = await stage.OpenAsync(Stage.Other(9)).WaitAsync(cancellation);

        foreach (var answer in new[] { early, SendAsync(stage) })
        {
            var refused = await Assert.ThrowsAsync<CommandRefusedException>(() => answer);
            Assert.Equal(ErrorReason.NotPrimary, refused.Error.Reason);
            Assert.Equal("another controller, 'rival' with the election id 9, is primary of the role 'edge'", refused.Message);
        }

        Assert.True(session.IsSilent);
    }

    [Fact(Timeout = 30_000)]
    public async Task Whether_a_command_was_done_is_not_known_when_another_took_over_in_a_break()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        var answer = SendAsync(stage);
        await session.NextCommandAsync();
        session.Break();

        await stage.OpenAsync(Stage.Other(9)).WaitAsync(cancellation);
        var error = await Assert.ThrowsAsync<CommandOutcomeUnknownException>(() => answer);
        Assert.Contains("rival", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_a_session_was_sent_before_it_lost_the_role_is_still_answered_there()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        var answer = SendAsync(stage);
        var command = await session.NextCommandAsync();

        await session.TellPrimaryAsync(Stage.Other(9));
        await session.AnswerAsync(command.CorrelationId);

        await answer;
    }

    [Fact(Timeout = 30_000)]
    public async Task Whether_a_command_was_done_is_not_known_when_the_daemon_was_restarted()
    {
        await using var stage = await Stage.StartAsync();
        var session = await stage.OpenAsync();
        var sent = SendAsync(stage);
        await session.NextCommandAsync();
        session.Break();
        session = await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
        await session.NextBidAsync();
        var waiting = SendAsync(stage);
        await session.WelcomeAsync(Stage.Self(), epoch: "e2");

        var error = await Assert.ThrowsAsync<CommandOutcomeUnknownException>(() => sent);
        Assert.Contains("restarted", error.Message, StringComparison.Ordinal);
        await session.AnswerAsync((await session.NextCommandAsync()).CorrelationId);
        await waiting;
        Assert.True(session.IsSilent);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_command_that_is_cancelled_is_not_sent_again()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        using var source = new CancellationTokenSource();
        var cancelled = stage.Controller.SendAsync(Some, Withdraw, source.Token);
        await session.NextCommandAsync();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        session.Break();

        session = await stage.OpenAsync().WaitAsync(cancellation);
        var other = SendAsync(stage);
        await session.AnswerAsync((await session.NextCommandAsync()).CorrelationId);
        await other;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_controller_that_ends_waits_for_what_it_has_sent()
    {
        await using var stage = await Stage.StartAsync();
        var session = await stage.OpenAsync();
        var answer = SendAsync(stage);
        var command = await session.NextCommandAsync();
        session.HoldOpen();

        var stopping = stage.StopAsync();
        await session.Ended.WaitAsync(TestContext.Current.CancellationToken);
        await session.AnswerAsync(command.CorrelationId);
        session.End();
        await stopping;

        await answer;
        await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync(stage));
        await Assert.ThrowsAsync<InvalidOperationException>(() => stage.Controller.RunAsync(CancellationToken.None));
    }

    static Task<PathCommandResult> SendAsync(Stage stage) =>
        stage.Controller.SendAsync(Some, Withdraw, TestContext.Current.CancellationToken);
}
