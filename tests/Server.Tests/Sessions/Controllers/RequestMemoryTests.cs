using System.Net;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

/// <summary>What a command gets that comes again.</summary>
public sealed class RequestMemoryTests
{
    private readonly RequestMemory _memory = new();

    [Fact]
    public void The_same_command_gets_what_came_of_the_first_one()
    {
        var failed = new OrderOutcome(new IOException("the kernel says no"));
        _memory.Remember(CommandOf("one"), OrderOutcome.Done);
        _memory.Remember(CommandOf("two"), failed);
        Assert.Same(OrderOutcome.Done, _memory.Recall(CommandOf("one") with { CorrelationId = 99 }));
        Assert.Same(failed, _memory.Recall(CommandOf("two")));
        Assert.Null(_memory.Recall(CommandOf("three")));
    }

    [Fact]
    public void One_without_a_request_id_is_done_whenever_it_comes()
    {
        _memory.Remember(CommandOf(""), OrderOutcome.Done);
        Assert.Null(_memory.Recall(CommandOf("")));
    }

    [Fact]
    public void Another_command_with_the_id_is_refused_and_the_first_one_still_remembered()
    {
        var first = CommandOf("one");
        _memory.Remember(first, OrderOutcome.Done);
        foreach (var other in new[]
        {
            first with { Namespace = "other" },
            first with { Token = 2 },
            first with { ConnectionId = 7 },
            first with { ValidateOnly = true },
            first with { Order = new PathOrder.Withdraw(4) },
            first with { Order = CreationOf("198.18.3.1") },
        })
        {
            var refusal = Assert.IsType<SessionRefusedException>(_memory.Recall(other)?.Failure);
            Assert.Equal(SessionRefusal.RequestIdReused, refusal.Refusal);
            Assert.Contains("\"one\"", refusal.Message, StringComparison.Ordinal);
            _memory.Remember(other, new OrderOutcome(refusal));
        }

        Assert.Same(OrderOutcome.Done, _memory.Recall(first));
    }

    [Fact]
    public void What_was_refused_before_it_was_tried_may_be_tried_again_under_its_id()
    {
        _memory.Remember(CommandOf("one"), new OrderOutcome(new SessionRefusedException(SessionRefusal.LimitExceeded, "too many")));
        Assert.Null(_memory.Recall(CommandOf("one")));
        _memory.Remember(CommandOf("one"), OrderOutcome.Done);
        Assert.Same(OrderOutcome.Done, _memory.Recall(CommandOf("one")));
    }

    [Fact]
    public void What_was_only_checked_may_be_done_under_its_id()
    {
        _memory.Remember(CommandOf("one") with { ValidateOnly = true }, OrderOutcome.Done);
        Assert.Null(_memory.Recall(CommandOf("one")));
    }

    [Fact]
    public void One_whose_order_cannot_be_read_any_more_has_the_outcome_of_when_it_could()
    {
        _memory.Remember(CommandOf("one"), OrderOutcome.Done);
        Assert.Same(OrderOutcome.Done, _memory.Recall(CommandOf("one") with { Order = new PathOrder.Refused(new IOException("its interface is gone")) }));
    }

    [Fact]
    public void Of_too_many_the_oldest_is_forgotten_and_that_alone()
    {
        for (var number = 0; number < RequestMemory.Capacity; number++)
            _memory.Remember(CommandOf($"{number}"), OrderOutcome.Done);
        // It is known already, and takes no place.
        _memory.Remember(CommandOf("0"), OrderOutcome.Done);
        Assert.NotNull(_memory.Recall(CommandOf("0")));
        _memory.Remember(CommandOf("last"), OrderOutcome.Done);
        Assert.Null(_memory.Recall(CommandOf("0")));
        Assert.All(Enumerable.Range(1, RequestMemory.Capacity - 1), number => Assert.NotNull(_memory.Recall(CommandOf($"{number}"))));
        Assert.NotNull(_memory.Recall(CommandOf("last")));
    }

    private static ControllerCommand CommandOf(string requestId)
        => new(CorrelationId: 1, requestId, "test", Token: 1, ConnectionId: 0, ValidateOnly: false, CreationOf("198.18.2.1"));

    // Each time of its own, as each message is read anew.
    private static PathOrder.Create CreationOf(string local) => new(
        new IPEndPoint(IPAddress.Parse(local), 0), IPEndPoint.Parse("198.18.1.2:443"), LocalId: 0, InterfaceIndex: 0, Backup: false);
}
