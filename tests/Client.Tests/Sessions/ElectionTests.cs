using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

public sealed class ElectionTests
{
    static RpcException InUse => Refusal.Of(StatusCode.AlreadyExists, "taken", "ELECTION_ID_IN_USE");

    [Fact(Timeout = 30_000)]
    public async Task A_role_without_a_primary_is_bid_for_with_more_than_was_bid_before()
    {
        foreach (var (highest, bid) in new[] { (0ul, 1000ul), (41ul, 1000ul), (2000ul, 2001ul) })
        {
            await using var stage = await StartAsync(() => Stage.Of(highest));
            var session = await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
            Assert.Equal(new ControlBid { Role = "edge", ElectionId = bid, Name = "test" }, await session.NextBidAsync());
            await session.WelcomeAsync(Stage.Self(bid));
            await stage.Controller.WaitForPrimaryAsync(TestContext.Current.CancellationToken);
            Assert.True(stage.Controller.IsPrimary);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_standby_bids_less_than_the_primary_and_nothing_that_another_has()
    {
        await using var stage = await StartAsync(() => Stage.Of(
            1000,
            new Session { ElectionId = 1000, Primary = true },
            new Session { ElectionId = 1 }));
        var session = await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2ul, (await session.NextBidAsync()).ElectionId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_standby_raises_its_bid_when_the_primary_has_gone_and_is_primary_then()
    {
        await using var stage = await StartAsync(() => Stage.Of(1000, new Session { ElectionId = 1000, Primary = true }));
        var session = await stage.OpenAsync(Stage.Other(1000));

        await session.TellPrimaryAsync(Stage.Nobody(1000));
        Assert.Equal(1001ul, (await session.NextBidAsync()).ElectionId);
        Assert.False(stage.Controller.IsPrimary);
        await session.TellPrimaryAsync(Stage.Self(1001));
        await stage.Controller.WaitForPrimaryAsync(TestContext.Current.CancellationToken);

        Assert.Equal((1001ul, 1001ul), (stage.Controller.State.ElectionId, stage.Controller.State.HighestElectionId));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_standby_that_waits_a_moment_leaves_the_role_to_who_was_faster()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await StartAsync(
            () => Stage.Of(1000, new Session { ElectionId = 1000, Primary = true }),
            lot: 0.5);
        var session = await stage.OpenAsync(Stage.Other(1000)).WaitAsync(cancellation);

        await session.TellPrimaryAsync(Stage.Nobody(1000));
        await session.TellPrimaryAsync(Stage.Other(1001));
        while (stage.Controller.State.Primary?.ElectionId != 1001)
            await Task.Yield();
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        await session.TellPrimaryAsync(Stage.Nobody(1001));
        // The pause may begin after it is known that there is no primary.
        var next = session.NextBidAsync();
        while (!next.IsCompleted)
        {
            stage.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(1002ul, (await next).ElectionId);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_id_that_is_in_use_is_no_end_and_another_is_tried()
    {
        var highest = 0ul;
        await using var stage = await StartAsync(() => Stage.Of(highest));
        var session = await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1000ul, (await session.NextBidAsync()).ElectionId);
        highest = 1000;
        session.End(InUse);

        var another = stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
        while (!another.IsCompleted)
        {
            if (stage.Run.IsCompleted)
                await stage.Run;
            stage.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(1001ul, (await (await another).NextBidAsync()).ElectionId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Where_the_primary_leaves_no_room_below_a_standby_waits_outside()
    {
        var role = Stage.Of(1, new Session { ElectionId = 1, Primary = true });
        await using var stage = await StartAsync(() => role);
        while (stage.Daemon.Requests.Count == 0)
            await Task.Yield();
        role = Stage.Of(1);
        var waiting = stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
        while (!waiting.IsCompleted)
        {
            stage.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(1000ul, (await (await waiting).NextBidAsync()).ElectionId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_that_shows_no_sessions_is_bid_to_all_the_same()
    {
        await using var stage = await StartAsync(() => throw Refusal.Of(StatusCode.PermissionDenied, "no", "ROLE_FORBIDDEN"));
        var session = await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1000ul, (await session.NextBidAsync()).ElectionId);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fixed_id_is_bid_without_looking_and_never_raised()
    {
        await using var stage = await Stage.StartAsync();
        var session = await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5ul, (await session.NextBidAsync()).ElectionId);
        await session.WelcomeAsync(Stage.Other(9));
        await session.TellPrimaryAsync(Stage.Nobody(9));
        await session.AskAsync(Stage.Request(1, DecisionCause.Established));

        Assert.Equal(1ul, (await session.NextDecisionAsync()).DecisionId);
        Assert.True(session.IsSilent);
        Assert.Empty(stage.Daemon.Requests);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fixed_id_that_is_in_use_is_told_at_once()
    {
        await using var stage = await Stage.StartAsync();
        (await stage.Daemon.NextSessionAsync(TestContext.Current.CancellationToken)).End(InUse);

        var error = await Assert.ThrowsAsync<RpcException>(() => stage.Run);
        Assert.Equal(ErrorReason.ElectionIdInUse, ControlPlaneError.From(error).Reason);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => stage.Controller.WaitForPrimaryAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_role_that_the_daemon_does_not_know_ends_the_controller()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var stage = await Stage.StartAsync();
        (await stage.OpenAsync().WaitAsync(cancellation)).End(Refusal.Of(StatusCode.Aborted, "gone", "ROLE_REMOVED"));

        var error = await Assert.ThrowsAsync<RpcException>(() => stage.Run);
        Assert.Equal(ErrorReason.RoleRemoved, ControlPlaneError.From(error).Reason);
    }

    static Task<Stage> StartAsync(Func<RoleSessions> roles, double lot = 0) => Stage.StartAsync(
        (client, reconnection) => PathController.Create(
            client,
            new PathControllerOptions
            {
                Role = "edge",
                Name = "test",
                Reconnection = new WatchReconnection { Time = reconnection.Time, Lot = () => lot },
            },
            (_, _) => ValueTask.FromResult(PathDecision.Nothing)),
        roles);
}
