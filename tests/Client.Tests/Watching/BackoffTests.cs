using Grpc.Core;
using Mptcp.ControlPlane.Client.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests.Watching;

public sealed class BackoffTests
{
    static readonly RpcException Failure = new(new Status(StatusCode.Unavailable, "away"));

    readonly PauseClock _clock = new();

    [Fact]
    public void Pauses_double_up_to_the_longest_and_are_short_again_once_the_daemon_was_heard()
    {
        var backoff = new Backoff(new WatchReconnection { Time = _clock, Lot = () => 1 });

        Assert.Equal([100, 200, 400, 800, 1600, 3200, 5000, 5000], Pauses(8));
        backoff.Reset();
        Assert.Equal([100, 200], Pauses(2));

        IEnumerable<double> Pauses(int count) => Enumerable.Range(0, count).Select(_ => backoff.Next(Failure)!.Delay.TotalMilliseconds);
    }

    [Fact]
    public void Attempts_without_end_are_no_longer_apart_than_the_longest_pause()
    {
        var backoff = new Backoff(new WatchReconnection { Time = _clock, Lot = () => 1 });

        var all = Enumerable.Range(0, 5000).Select(_ => backoff.Next(Failure)!).ToList();

        Assert.Equal((5000, TimeSpan.FromSeconds(5)), (all[^1].Attempt, all[^1].Delay));
    }

    [Fact]
    public void A_pause_is_drawn_from_nothing_to_the_longest_of_now()
    {
        var lots = new Queue<double>([0, 0.5, 0.25]);
        var backoff = new Backoff(new WatchReconnection { Time = _clock, Lot = lots.Dequeue });

        Assert.Equal([0, 100, 100], Enumerable.Range(0, 3).Select(_ => backoff.Next(Failure)!.Delay.TotalMilliseconds));
    }

    [Fact]
    public void Who_is_told_of_a_pause_is_told_why_and_until_when()
    {
        var backoff = new Backoff(new WatchReconnection { Time = _clock, Lot = () => 1 });

        var interruption = backoff.Next(Failure)!;

        Assert.Equal(
            ("away", 1, _clock.GetUtcNow().AddMilliseconds(100)),
            (interruption.Error.Message, interruption.Attempt, interruption.NextAttempt));
    }

    [Theory]
    [InlineData(3_000, 3_100)] // longer than any pause that could be drawn at first
    [InlineData(30_000, 30_100)] // and than the longest
    [InlineData(1, 101)]
    [InlineData(-1_000, 100)] // not a time to wait
    [InlineData(100 * 86_400_000d, 86_400_100)] // believed up to a day
    public void A_pause_is_no_shorter_than_the_daemon_asks_for(double hint, double expected)
    {
        var backoff = new Backoff(new WatchReconnection { Time = _clock, Lot = () => 1 });

        var interruption = backoff.Next(Refusal.ForNow(TimeSpan.FromMilliseconds(hint)))!;

        Assert.Equal(expected, interruption.Delay.TotalMilliseconds);
    }

    [Fact]
    public void Clients_that_a_stopping_daemon_gave_the_same_hint_do_not_come_back_at_the_same_moment()
    {
        Assert.Equal((220, 270), (Pause(0.2), Pause(0.7)));

        double Pause(double lot) => new Backoff(new WatchReconnection { Time = _clock, Lot = () => lot })
            .Next(Refusal.ForNow(TimeSpan.FromMilliseconds(200)))!.Delay.TotalMilliseconds;
    }

    [Fact]
    public void The_last_attempt_comes_at_the_end_of_the_time_to_try()
    {
        var options = new WatchReconnection { Time = _clock, Lot = () => 1, GiveUpAfter = TimeSpan.FromMilliseconds(250) };
        var backoff = new Backoff(options);

        var pauses = new List<double>();
        while (backoff.Next(Failure) is { } interruption)
        {
            pauses.Add(interruption.Delay.TotalMilliseconds);
            _clock.Advance(interruption.Delay);
        }

        Assert.Equal([100, 150], pauses);
    }

    [Fact]
    public void A_daemon_that_asks_for_more_time_than_there_is_is_given_up_at_once()
    {
        var backoff = new Backoff(new WatchReconnection { Time = _clock, GiveUpAfter = TimeSpan.FromSeconds(2) });

        Assert.Null(backoff.Next(Refusal.ForNow(TimeSpan.FromSeconds(3))));
    }
}
