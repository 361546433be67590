using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

public sealed class DecisionTests
{
    static readonly PathCommand SomeCommand =
        PathActions.CreateSubflow(IPAddress.Parse("192.0.2.1"), IPEndPoint.Parse("198.51.100.1:443"));

    [Fact(Timeout = 30_000)]
    public async Task A_request_is_answered_and_what_came_of_it_is_told()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard, (context, _) => ValueTask.FromResult(
            context.Connection.Token == 7 ? PathDecision.Commands(SomeCommand) : PathDecision.Defer(PathStrategy.PerInterface)));
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        await session.AskAsync(Stage.Request(7, DecisionCause.Established));
        await session.AskAsync(Stage.Request(8, DecisionCause.Established));
        Assert.Equal(
            new Decision { DecisionId = 7, Commands = new PathCommands { Commands = { SomeCommand } } },
            await session.NextDecisionAsync());
        Assert.Equal(new Decision { DecisionId = 8, DeferTo = PathStrategy.PerInterface }, await session.NextDecisionAsync());

        var result = new DecisionResult { DecisionId = 7, Results = { new PathCommandResult() } };
        await session.TellAsync(result);
        Assert.Equal(result, await heard.NextResultAsync());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_request_whose_time_is_over_is_not_answered_and_told_to_be_late()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        var decision = new TaskCompletionSource<PathDecision>();
        CancellationToken given = default;
        await using var stage = await StartAsync(heard, async (context, token) =>
        {
            given = token;
            return context.Request.DecisionId == 1 ? await decision.Task : PathDecision.Nothing;
        });
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        await session.AskAsync(Stage.Request(1, DecisionCause.Established));
        await session.AskAsync(Stage.Request(2, DecisionCause.Established));
        Assert.Equal(2ul, (await session.NextDecisionAsync()).DecisionId);

        stage.Clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.True(heard.MissedNothing);
        stage.Clock.Advance(TimeSpan.FromSeconds(0.1));
        var missed = await heard.NextMissedAsync();
        Assert.Equal((1ul, MissedDecisionCause.Late), (missed.Context.Request.DecisionId, missed.Cause));

        decision.SetResult(PathDecision.Defer(PathStrategy.None));
        await session.AskAsync(Stage.Request(3, DecisionCause.Established));
        Assert.Equal(3ul, (await session.NextDecisionAsync()).DecisionId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Code_that_decides_hears_when_the_time_is_over()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard, async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return PathDecision.Nothing;
        });
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        await session.AskAsync(Stage.Request(1, DecisionCause.Established));
        await ReadAllAsync(session, stage);
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(MissedDecisionCause.Late, (await heard.NextMissedAsync()).Cause);
        await stage.StopAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task What_the_code_has_called_when_the_time_is_over_may_throw_and_the_session_goes_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard, async (context, token) =>
        {
            if (context.Request.DecisionId == 2)
                return PathDecision.Nothing;
            token.Register(() => throw new ArithmeticException("called back"));
            await Task.Delay(Timeout.Infinite, token);
            return PathDecision.Nothing;
        });
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        await session.AskAsync(Stage.Request(1, DecisionCause.Established));
        await ReadAllAsync(session, stage);

        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(MissedDecisionCause.Late, (await heard.NextMissedAsync()).Cause);
        var (exception, decisionId) = await heard.NextErrorAsync();
        Assert.Equal("called back", Assert.IsType<ArithmeticException>(exception.InnerException).Message);
        Assert.Equal(1ul, decisionId);
        await session.AskAsync(Stage.Request(2, DecisionCause.Established));
        Assert.Equal(2ul, (await session.NextDecisionAsync()).DecisionId);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_the_daemon_refuses_is_told_as_missed_with_its_reason()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard, (_, _) => ValueTask.FromResult(PathDecision.Nothing));
        var session = await stage.OpenAsync().WaitAsync(cancellation);
        foreach (var reason in new[] { "DECISION_LATE", "DECISION_UNKNOWN" })
        {
            await session.AskAsync(Stage.Request(1, DecisionCause.Established));
            await session.NextDecisionAsync();
            await session.TellAsync(new DecisionResult
            {
                DecisionId = 1,
                Error = new CommandError
                {
                    Code = (uint)StatusCode.FailedPrecondition,
                    Reason = reason,
                    Message = "no",
                    RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)),
                },
            });
        }

        var late = await heard.NextMissedAsync();
        Assert.Equal((MissedDecisionCause.Late, ErrorReason.DecisionLate), (late.Cause, late.Error?.Reason));
        var unknown = await heard.NextMissedAsync();
        Assert.Equal((MissedDecisionCause.Refused, ErrorReason.DecisionUnknown), (unknown.Cause, unknown.Error?.Reason));
        Assert.Equal((StatusCode.FailedPrecondition, "no", 2), (unknown.Error!.StatusCode, unknown.Error.Message, unknown.Error.RetryDelay?.Seconds));
    }

    [Fact(Timeout = 30_000)]
    public async Task Code_that_throws_leaves_the_connection_to_the_fallback_and_the_session_goes_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard, async (context, _) =>
        {
            if (context.Request.DecisionId == 1)
                throw new ArithmeticException("at once");
            await Task.Yield();
            return context.Request.DecisionId switch
            {
                2 => throw new ArithmeticException("later"),
                3 => null!,
                _ => PathDecision.Nothing,
            };
        });
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        foreach (var (id, message) in new[] { (1ul, "at once"), (2ul, "later"), (3ul, "The controller's code decided null") })
        {
            await session.AskAsync(Stage.Request(id, DecisionCause.Established));
            var (exception, decisionId) = await heard.NextErrorAsync();
            Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
            Assert.Equal(id, decisionId);
        }

        await session.AskAsync(Stage.Request(4, DecisionCause.Established));
        Assert.Equal(4ul, (await session.NextDecisionAsync()).DecisionId);
        Assert.True(heard.MissedNothing);
    }

    [Fact(Timeout = 30_000)]
    public async Task Code_that_throws_leaves_the_connection_to_a_strategy_where_one_is_named()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await Stage.StartAsync((client, reconnection) => PathController.Create(
            client,
            heard.Options(reconnection, strategyOnFailure: PathStrategy.FullMesh),
            (_, _) => throw new ArithmeticException()));
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        await session.AskAsync(Stage.Request(1, DecisionCause.Established));

        Assert.Equal(new Decision { DecisionId = 1, DeferTo = PathStrategy.FullMesh }, await session.NextDecisionAsync());
        Assert.IsType<ArithmeticException>((await heard.NextErrorAsync()).Exception);
    }

    [Fact(Timeout = 30_000)]
    public async Task Decisions_are_made_beside_each_other_up_to_a_limit_and_the_next_ones_wait()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        var begun = new List<ulong>();
        var decisions = Enumerable.Range(0, 5).Select(_ => new TaskCompletionSource<PathDecision>()).ToArray();
        await using var stage = await Stage.StartAsync((client, reconnection) => PathController.Create(
            client,
            heard.Options(reconnection, maxConcurrentDecisions: 2),
            async (context, _) =>
            {
                begun.Add(context.Request.DecisionId);
                return await decisions[context.Request.DecisionId].Task;
            }));
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        foreach (var id in new ulong[] { 1, 2, 3, 4 })
            await session.AskAsync(Stage.Request(id, DecisionCause.Established));
        await ReadAllAsync(session, stage);
        Assert.Equal([1ul, 2ul], begun);

        decisions[2].SetResult(PathDecision.Nothing);
        Assert.Equal(2ul, (await session.NextDecisionAsync()).DecisionId);
        Assert.Equal([1ul, 2ul, 3ul], begun);

        // The time of those that wait runs too.
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        var missed = new List<ulong>();
        for (var i = 0; i < 3; i++)
            missed.Add((await heard.NextMissedAsync()).Context.Request.DecisionId);
        Assert.Equal([1ul, 3ul, 4ul], missed.Order());

        decisions[3].SetResult(PathDecision.Nothing);
        await session.AskAsync(Stage.Request(0, DecisionCause.Established));
        decisions[0].SetResult(PathDecision.Nothing);
        Assert.Equal(0ul, (await session.NextDecisionAsync()).DecisionId);
        Assert.DoesNotContain(4ul, begun);
        decisions[1].SetResult(PathDecision.Nothing);
    }

    [Fact(Timeout = 30_000)]
    public async Task Decisions_under_way_are_given_up_when_another_controller_becomes_primary()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await StartAsync(heard, async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return PathDecision.Nothing;
        });
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        await session.AskAsync(Stage.Request(1, DecisionCause.Established));
        await session.TellPrimaryAsync(Stage.Other(6));
        Assert.Equal(MissedDecisionCause.Deposed, (await heard.NextMissedAsync()).Cause);
        await session.AskAsync(Stage.Request(2, DecisionCause.Established));
        session.Break();
        Assert.Equal(MissedDecisionCause.SessionEnded, (await heard.NextMissedAsync()).Cause);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_listeners_throw_is_told_as_an_error()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var heard = new Heard();
        await using var stage = await Stage.StartAsync((client, reconnection) => new Grumbler(client, heard.Options(reconnection)));
        var session = await stage.OpenAsync().WaitAsync(cancellation);

        Assert.Equal(("state", null), Of(await heard.NextErrorAsync()));
        await session.AskAsync(Stage.Request(1, DecisionCause.Established));
        await session.NextDecisionAsync();
        await session.TellAsync(new DecisionResult { DecisionId = 1 });
        Assert.Equal(("decided", 1ul), Of(await heard.NextErrorAsync()));

        static (string, ulong?) Of((Exception Exception, ulong? DecisionId) error) => (error.Exception.Message, error.DecisionId);
    }

    static Task<Stage> StartAsync(Heard heard, Func<DecisionContext, CancellationToken, ValueTask<PathDecision>> decide) =>
        Stage.StartAsync((client, reconnection) => PathController.Create(client, heard.Options(reconnection), decide));

    // A command comes back only when everything that was said before it has been taken.
    static async Task ReadAllAsync(Testing.FakeSession session, Stage stage)
    {
        var answer = stage.Controller.SendAsync(new ControlCommand(), TestContext.Current.CancellationToken);
        await session.AnswerAsync((await session.NextCommandAsync()).CorrelationId);
        await answer;
    }

    sealed class Grumbler(ControlPlaneClient client, PathControllerOptions options) : PathController(client, options)
    {
        protected override void OnPrimaryChanged(ControllerState state) => throw new ArithmeticException("state");

        protected override void OnDecided(DecisionContext context, DecisionResult result) => throw new ArithmeticException("decided");
    }
}
