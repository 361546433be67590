using System.Diagnostics;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

/// <summary>How many commands a role's controllers may give.</summary>
public sealed class CommandBudgetTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(1_000)]
    public void As_many_as_it_allows_a_second_may_come_at_once(int perSecond)
    {
        using var budget = new CommandBudget("te", perSecond);
        Assert.All(Enumerable.Range(0, perSecond), _ => Assert.Null(budget.Take()));
    }

    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(5, 200)]
    [InlineData(50, 100)]
    public void One_more_is_refused_with_a_hint_when_to_try_again(int perSecond, int milliseconds)
    {
        using var budget = new CommandBudget("te", perSecond);
        // However slow this is, it takes less time than these commands may.
        var refusal = Enumerable.Range(0, 1_000 * perSecond).Select(_ => budget.Take()).First(taken => taken is not null)!;
        Assert.Equal(SessionRefusal.LimitExceeded, refusal.Refusal);
        Assert.Contains($"the role te may give {perSecond} commands a second", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("commands_per_second", refusal.Facts["limit"]);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), refusal.RetryDelay);
    }

    [Fact]
    public async Task More_than_there_may_be_in_a_second_take_as_much_longer_and_whoever_waits_is_told_so_once()
    {
        using var budget = new CommandBudget("te", 50);
        var (waits, start) = (0, Stopwatch.GetTimestamp());
        await budget.TakeAsync(50, () => waits++, TestContext.Current.CancellationToken);
        Assert.Equal(0, waits);
        await budget.TakeAsync(70, () => waits++, TestContext.Current.CancellationToken);
        Assert.Equal(1, waits);
        // The bucket was full once; the rest came at fifty a second.
        Assert.True(Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(1.2));
    }

    [Fact]
    public void When_time_has_passed_there_may_be_more()
    {
        using var budget = new CommandBudget("te", 50);
        Assert.Contains(Enumerable.Range(0, 50_000).Select(_ => budget.Take()), taken => taken is not null);
        Assert.True(SpinWait.SpinUntil(() => budget.Take() is null, Longest), "there were never any more");
    }
}
