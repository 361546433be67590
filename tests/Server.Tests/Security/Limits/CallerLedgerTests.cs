using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Security.Limits;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits;

public sealed class CallerLedgerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Requests_come_back_with_the_time_and_never_more_than_those_of_a_second()
    {
        var ledger = Make(new LimitRules { RequestsPerSecond = 10 });
        Assert.Equal(10, Take(ledger, "user:1"));
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(3, Take(ledger, "user:1"));
        Assert.Equal(10, Take(ledger, "user:2"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Take(ledger, "user:1"));
    }

    [Fact]
    public void Streams_and_other_calls_are_counted_apart_for_each_caller()
    {
        var ledger = Make(new LimitRules { StreamsPerCaller = 2, CallsPerCaller = 1 });
        Assert.Null(ledger.Begin("user:1", isStream: true));
        Assert.Null(ledger.Begin("user:1", isStream: true));
        Assert.Equal(LimitKind.StreamsPerCaller, ledger.Begin("user:1", isStream: true));
        Assert.Null(ledger.Begin("user:1", isStream: false));
        Assert.Equal(LimitKind.CallsPerCaller, ledger.Begin("user:1", isStream: false));
        Assert.Null(ledger.Begin("user:2", isStream: true));

        ledger.End("user:1", isStream: true);
        Assert.Null(ledger.Begin("user:1", isStream: true));
        Assert.Equal(LimitKind.CallsPerCaller, ledger.Begin("user:1", isStream: false));
    }

    [Fact]
    public void Other_limits_hold_at_once_and_0_is_none()
    {
        var limits = new LimitsInForce(new LimitRules { RequestsPerSecond = 10, HeaderBytes = 1 });
        var ledger = new CallerLedger(limits, _time);
        Assert.Equal(10, Take(ledger, "user:1"));
        limits.Adopt(new LimitRules { RequestsPerSecond = 0, HeaderBytes = 2 });
        Assert.Equal(1_000, Take(ledger, "user:1"));
        // It is given to Kestrel at the start.
        Assert.Equal(1, limits.Rules.HeaderBytes);
    }

    [Fact]
    public void Callers_who_are_gone_are_forgotten_and_those_with_something_open_are_not()
    {
        var ledger = Make(new LimitRules { RequestsPerSecond = 10, StreamsPerCaller = 1 });
        Assert.Null(ledger.Begin("stays", isStream: true));
        for (var caller = 0; caller < 100_000; caller++)
        {
            Assert.Null(ledger.TakeRequest($"passes:{caller}"));
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(ledger.Count, 2, 2_048);
        Assert.Equal(LimitKind.StreamsPerCaller, ledger.Begin("stays", isStream: true));
    }

    [Fact]
    public void Whoever_has_still_to_wait_is_not_forgotten()
    {
        var ledger = Make(new LimitRules { RequestsPerSecond = 1 });
        ledger.Charge("waits");
        for (var caller = 0; caller < 3_000; caller++)
            ledger.Charge($"passes:{caller}");
        Assert.Equal(TimeSpan.FromSeconds(2), ledger.Charge("waits"));
    }

    [Fact]
    public void Each_request_that_is_refused_costs_as_much_time_as_one_that_is_served_and_waiting_has_an_end()
    {
        var ledger = Make(new LimitRules { RequestsPerSecond = 10 });
        Assert.Equal(TimeSpan.FromMilliseconds(100), ledger.Charge("user:1"));
        Assert.Equal(TimeSpan.FromMilliseconds(200), ledger.Charge("user:1"));
        Assert.Equal(TimeSpan.FromMilliseconds(100), ledger.Charge("user:2"));
        _time.Advance(TimeSpan.FromMilliseconds(150));
        Assert.Equal(TimeSpan.FromMilliseconds(150), ledger.Charge("user:1"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromMilliseconds(100), ledger.Charge("user:1"));
        Assert.Equal(TimeSpan.FromSeconds(2), Enumerable.Range(0, 1_000).Max(_ => ledger.Charge("user:1")));
    }

    private CallerLedger Make(LimitRules rules) => new(new LimitsInForce(rules), _time);

    // How many requests there may be, of a thousand.
    private static int Take(CallerLedger ledger, string caller) => Enumerable.Range(0, 1_000).Count(_ => ledger.TakeRequest(caller) is null);
}
