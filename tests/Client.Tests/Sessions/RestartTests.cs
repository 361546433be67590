using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

/// <summary>The daemon goes with its socket, and another process listens there.</summary>
public sealed class RestartTests
{
    static readonly Connection Some = new() { Namespace = "self", Token = 7, Id = 1007 };

    [Fact(Timeout = 30_000)]
    public async Task After_a_restart_the_bid_is_the_same_decisions_go_on_and_nothing_is_sent_that_may_have_been_done()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard);
        var (session, bid) = await OpenAsync(stage, epoch: "before").WaitAsync(cancellation);
        Assert.True((await heard.NextStateAsync()).IsPrimary);
        await session.AskAsync(Stage.Request(1, DecisionCause.Established));
        Assert.Equal(1ul, (await session.NextDecisionAsync()).DecisionId);
        var sent = SendAsync(stage);
        var unanswered = await session.NextCommandAsync();

        await stage.Daemon.StopAsync();
        Assert.Equal(ControllerState.Disconnected, await heard.NextStateAsync());
        var waiting = SendAsync(stage);
        await stage.Daemon.StartAgainAsync();
        (session, var again) = await OpenAsync(stage, epoch: "after").WaitAsync(cancellation);

        Assert.Equal(bid, again);
        await Assert.ThrowsAsync<CommandOutcomeUnknownException>(() => sent);
        var command = await session.NextCommandAsync();
        Assert.NotEqual(unanswered.RequestId, command.RequestId);
        await session.AnswerAsync(command.CorrelationId);
        await waiting;
        await ShouldDecideAsync(session, heard);
    }

    [Fact(Timeout = 30_000)]
    public async Task Where_the_same_run_of_the_daemon_is_back_commands_are_sent_again_and_their_outcome_is_told_once()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard);
        var (session, bid) = await OpenAsync(stage, epoch: "one").WaitAsync(cancellation);
        Assert.True((await heard.NextStateAsync()).IsPrimary);
        var answers = new[] { SendAsync(stage), SendAsync(stage) };
        var sent = new[] { await session.NextCommandAsync(), await session.NextCommandAsync() };

        await stage.Daemon.StopAsync();
        Assert.Equal(ControllerState.Disconnected, await heard.NextStateAsync());
        await stage.Daemon.StartAgainAsync();
        (session, var again) = await OpenAsync(stage, epoch: "one").WaitAsync(cancellation);

        Assert.Equal(bid, again);
        Assert.Equal(sent[0], await session.NextCommandAsync());
        Assert.Equal(sent[1], await session.NextCommandAsync());
        foreach (var subflow in new ulong[] { 1, 2 })
        {
            // What is answered twice keeps its first answer.
            await session.AnswerAsync(sent[0].CorrelationId, new PathCommandResult { Subflow = new Subflow { Id = subflow } });
            await session.AnswerAsync(sent[1].CorrelationId, new PathCommandResult { Subflow = new Subflow { Id = subflow + 10 } });
        }

        Assert.Equal([1ul, 11ul], (await Task.WhenAll(answers)).Select(answer => answer.Subflow.Id));
        await ShouldDecideAsync(session, heard);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_bid_that_is_left_to_the_library_is_above_what_the_daemon_remembers()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var highest = 0ul;
        await using var stage = await Stage.StartAsync(
            (client, reconnection) => PathController.Create(
                client,
                new PathControllerOptions { Role = "edge", Name = "test", Reconnection = reconnection },
                (_, _) => ValueTask.FromResult(PathDecision.Nothing)),
            () => Stage.Of(highest));
        var (_, bid) = await OpenAsync(stage, epoch: "before").WaitAsync(cancellation);
        await stage.Controller.WaitForPrimaryAsync(cancellation);
        highest = bid.ElectionId;

        await stage.Daemon.StopAsync();
        await stage.Daemon.StartAgainAsync();
        var (_, again) = await OpenAsync(stage, epoch: "after").WaitAsync(cancellation);

        Assert.Equal(new ControlBid(bid) { ElectionId = bid.ElectionId + 1 }, again);
    }

    static Task<Stage> StartAsync(Heard heard) => Stage.StartAsync((client, reconnection) =>
        PathController.Create(client, heard.Options(reconnection), (_, _) => ValueTask.FromResult(PathDecision.Nothing)));

    static async Task<(FakeSession Session, ControlBid Bid)> OpenAsync(Stage stage, string epoch)
    {
        var session = await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
        var bid = await session.NextBidAsync();
        await session.WelcomeAsync(Stage.Self(bid.ElectionId), epoch);
        return (session, bid);
    }

    static async Task ShouldDecideAsync(FakeSession session, Heard heard)
    {
        Assert.True((await heard.NextStateAsync()).IsPrimary);
        await session.AskAsync(Stage.Request(2, DecisionCause.HandedOver));
        Assert.Equal(2ul, (await session.NextDecisionAsync()).DecisionId);
        Assert.True(session.IsSilent);
    }

    static Task<PathCommandResult> SendAsync(Stage stage) =>
        stage.Controller.SendAsync(Some, PathActions.WithdrawAddress(3), TestContext.Current.CancellationToken);
}
