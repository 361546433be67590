using System.Globalization;
using Mptcp.ControlPlane.Server.Security.Audit;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

public sealed class DenialBudgetTests
{
    [Fact]
    public void Each_second_has_its_own()
    {
        var budget = new DenialBudget();
        for (var second = 0; second < 3; second++)
            Assert.Equal(DenialBudget.PerSecond, Enumerable.Range(0, 500).Count(part => budget.TryTake((second * 1_000) + part, frequency: 1_000)));
    }

    [Fact]
    public async Task What_is_beyond_it_is_counted_and_what_was_allowed_has_its_entry()
    {
        using var under = new TrailUnderTest();
        for (var number = 0; number < 1_000; number++)
            under.Trail.AddDenial(TrailUnderTest.Entry("denied"));
        under.Trail.Add(TrailUnderTest.Entry("allowed"));
        await under.FlushAsync();
        var denied = under.Fields("message").Count(message => message == "denied");
        // The seconds of the clock may have changed meanwhile.
        Assert.InRange(denied, DenialBudget.PerSecond, 5 * DenialBudget.PerSecond);
        Assert.Equal(1_000 - denied, under.Fields("lost").Where(lost => lost.Length > 0).Sum(lost => int.Parse(lost, CultureInfo.InvariantCulture)));
        Assert.Single(under.Fields("message"), "allowed");
    }
}
