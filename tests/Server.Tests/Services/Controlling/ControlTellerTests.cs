using System.Threading.Channels;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Services.Controlling;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Tests.Services.Controlling;

/// <summary>In which order a controller is told what came of its orders, where some are still being done.</summary>
public sealed class ControlTellerTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly PrimaryStanding Standing = new(IsSelf: true, Primary: null, Highest: 1);
    private static readonly OrderOutcome Failed = new(new SessionRefusedException(SessionRefusal.Busy, "no"));

    private readonly Channel<object> _sent = Channel.CreateUnbounded<object>();

    private readonly ControllerSession _session = new(
        new SessionIdentity(1, "te", 1, "teller", PolicyAuthor.Daemon, DateTimeOffset.UnixEpoch), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_of_later_orders_waits_for_one_that_is_still_being_done_and_nothing_else_does()
    {
        var running = Run();
        var first = Tell(1);
        var second = Tell(2);
        _session.Tell(new CommandOutcome(3, "", 1, OrderOutcome.Done));
        _session.Tell(Standing);
        Assert.Same(Standing, await NextAsync());
        second.SetResult(OrderOutcome.Done);
        _session.Tell(Standing);
        Assert.Same(Standing, await NextAsync());
        Assert.Equal((2, 0), (_session.Figures.Done, _session.Figures.Refused));

        first.SetResult(Failed);
        Assert.Equal(new CommandOutcome(1, "", 1, Failed), await NextAsync());
        Assert.Equal(new CommandOutcome(2, "", 1, OrderOutcome.Done), await NextAsync());
        Assert.Equal(new CommandOutcome(3, "", 1, OrderOutcome.Done), await NextAsync());
        Assert.Equal((2, 1), (_session.Figures.Done, _session.Figures.Refused));

        _session.Tell(new CommandOutcome(4, "", 1, OrderOutcome.Done));
        Assert.Equal(4ul, Assert.IsType<CommandOutcome>(await NextAsync()).CorrelationId);
        Assert.Equal(5ul, await TellSettledAsync(5));
        _session.Finish(why: null);
        await running.WaitAsync(Longest, Cancellation);
    }

    [Fact]
    public async Task A_decision_is_told_of_when_all_of_it_is_done()
    {
        var running = Run();
        var pending = new TaskCompletionSource<OrderOutcome>();
        _session.Tell(new DecisionOutcome(7, null, [OrderOutcome.Done, new OrderOutcome((Exception?)null) { Pending = pending.Task }, Failed], "blue", 9));
        _session.Tell(Standing);
        Assert.Same(Standing, await NextAsync());
        Assert.Equal((1, 1), (_session.Figures.Done, _session.Figures.Refused));

        pending.SetResult(Failed);
        var told = Assert.IsType<DecisionOutcome>(await NextAsync());
        Assert.Equal((7ul, "blue", 9u), (told.Id, told.Namespace, told.Token));
        Assert.Equal([OrderOutcome.Done, Failed, Failed], told.Outcomes);
        Assert.Equal((1, 2), (_session.Figures.Done, _session.Figures.Refused));
        _session.Finish(why: null);
        await running.WaitAsync(Longest, Cancellation);
    }

    [Fact]
    public async Task What_is_still_being_done_at_the_end_is_told_before_it()
    {
        var running = Run();
        var last = Tell(1);
        _session.Tell(new CommandOutcome(2, "", 1, OrderOutcome.Done));
        _session.Finish(why: null);
        _session.Tell(Standing);
        Assert.False(running.IsCompleted);

        last.SetResult(OrderOutcome.Done);
        await running.WaitAsync(Longest, Cancellation);
        _sent.Writer.Complete();
        Assert.Equal([1ul, 2ul], await _sent.Reader.ReadAllAsync(Cancellation).Select(told => ((CommandOutcome)told).CorrelationId).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_stream_that_breaks_waits_for_nothing()
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = new ControlTeller(_session, SendAsync).RunAsync(broken.Token);
        Tell(1);
        _session.Tell(Standing);
        Assert.Same(Standing, await NextAsync());
        await broken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Longest, Cancellation));
    }

    private Task Run() => new ControlTeller(_session, SendAsync).RunAsync(Cancellation);

    private Task SendAsync(object told)
    {
        Assert.True(_sent.Writer.TryWrite(told));
        return Task.CompletedTask;
    }

    private async Task<object> NextAsync() => await _sent.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(Longest, Cancellation);

    private TaskCompletionSource<OrderOutcome> Tell(ulong id)
    {
        var pending = new TaskCompletionSource<OrderOutcome>();
        _session.Tell(new CommandOutcome(id, "", 1, new OrderOutcome((Exception?)null) { Pending = pending.Task }));
        return pending;
    }

    private async Task<ulong> TellSettledAsync(ulong id)
    {
        Tell(id).SetResult(OrderOutcome.Done);
        return Assert.IsType<CommandOutcome>(await NextAsync()).CorrelationId;
    }
}
