using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>When a primary that misses decisions is asked again, and when what it says counts.</summary>
public sealed class SeatTests
{
    private readonly Seat _seat = new(new Role(DelegatedHosts.RoleName), new ScriptedController(1));
    private ulong _lastQuestion = 100;

    [Fact]
    public void One_that_missed_a_decision_is_asked_again_after_a_second_and_one_question_at_a_time()
    {
        Assert.True(_seat.Miss(1, At(10)));
        Assert.False(_seat.IsResponsive);
        Assert.False(_seat.MayBeAsked(At(11) - TimeSpan.FromTicks(1)));
        Assert.True(_seat.MayBeAsked(At(11)));
        _seat.NoteAsked(2);
        Assert.False(_seat.MayBeAsked(At(11)));
        Assert.False(_seat.MayBeAsked(At(4_000)));
    }

    [Fact]
    public void A_command_is_heard_at_once_and_makes_nothing_forgotten()
    {
        Assert.False(_seat.HearCommand());
        Miss(At(0));
        Assert.True(_seat.HearCommand());
        Miss(At(0));
        Assert.False(_seat.Hear(inTime: false, At(0)));
        Assert.True(_seat.HearCommand());
        Assert.Equal(2, _seat.Returns);
        Miss(At(0));
        Assert.False(_seat.MayBeAsked(At(2) - TimeSpan.FromTicks(1)));
        Assert.True(_seat.MayBeAsked(At(2)));
    }

    [Fact]
    public void While_it_stays_silent_the_pauses_become_longer_but_never_longer_than_thirty_seconds()
    {
        _seat.Miss(1, At(0));
        var (now, pauses) = (At(0), new List<double>());
        for (var probes = 0; probes < 100; probes++)
        {
            pauses.Add((_seat.AskedAgainAt - now).TotalSeconds);
            now = _seat.AskedAgainAt;
            Assert.False(MissAgain(ref now));
        }

        Assert.Equal([1, 1, 2, 4, 8, 16, 30, 30], pauses.Take(8));
        Assert.All(pauses.Skip(6), pause => Assert.Equal(30, pause));
    }

    [Fact]
    public void What_it_was_asked_before_it_fell_silent_counts_as_one_miss()
    {
        Assert.True(_seat.Miss(1, At(0)));
        Assert.False(_seat.Miss(2, At(0.5)));
        Assert.Equal(At(1), _seat.AskedAgainAt);
        Assert.True(_seat.Hear(inTime: false, At(0.5)));
    }

    [Fact]
    public void After_the_first_miss_whatever_it_says_counts_at_once()
    {
        Assert.True(Miss(At(0)));
        Assert.True(_seat.Hear(inTime: false, At(0)));
        Assert.Equal((true, 1), (_seat.IsResponsive, _seat.Returns));
        Assert.True(_seat.MayBeAsked(At(0)));
        Assert.False(_seat.Hear(inTime: false, At(0)));
        Assert.Equal(1, _seat.Returns);
    }

    [Fact]
    public void After_more_misses_in_a_row_what_it_says_counts_only_after_the_pause()
    {
        Miss(At(0));
        var now = At(0);
        foreach (var pause in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            Assert.True(_seat.Hear(inTime: false, now));
            Assert.True(Miss(now));
            now += TimeSpan.FromSeconds(pause);
            Assert.False(_seat.Hear(inTime: false, now - TimeSpan.FromTicks(1)));
            Assert.False(_seat.IsResponsive);
        }
    }

    [Fact]
    public void An_answer_in_time_counts_at_once_and_has_the_misses_be_forgotten()
    {
        var now = At(0);
        Miss(now);
        for (var misses = 0; misses < 3; misses++)
            MissAgain(ref now);
        Assert.True(_seat.Hear(inTime: true, now));
        Assert.True(_seat.IsResponsive);

        Assert.True(Miss(now));
        Assert.Equal(now + TimeSpan.FromSeconds(1), _seat.AskedAgainAt);
        Assert.True(_seat.Hear(inTime: false, now));
    }

    [Fact]
    public void An_answer_in_time_of_one_that_is_responsive_has_the_misses_be_forgotten_too()
    {
        Miss(At(0));
        _seat.Hear(inTime: false, At(0));
        Assert.False(_seat.Hear(inTime: true, At(0)));
        Miss(At(0));
        Assert.True(_seat.Hear(inTime: false, At(0)));
    }

    [Fact]
    public void A_question_that_is_closed_makes_room_for_the_next_one_if_it_is_the_one()
    {
        Miss(At(0));
        _seat.NoteAsked(7);
        _seat.NoteClosed(6);
        Assert.False(_seat.MayBeAsked(At(1)));
        _seat.NoteClosed(7);
        Assert.True(_seat.MayBeAsked(At(1)));
        // It was not missed.
        Assert.False(_seat.Miss(7, At(1)));
        Assert.Equal(At(1), _seat.AskedAgainAt);
    }

    [Fact]
    public void What_it_was_asked_while_it_was_responsive_is_not_in_the_way()
    {
        _seat.NoteAsked(7);
        Miss(At(0));
        Assert.True(_seat.MayBeAsked(At(1)));
    }

    [Fact]
    public void When_it_speaks_while_it_is_asked_that_question_is_one_like_any_other()
    {
        Miss(At(0));
        _seat.NoteAsked(7);
        Assert.True(_seat.Hear(inTime: false, At(1)));
        Assert.True(_seat.Miss(8, At(1)));
        Assert.False(_seat.Miss(7, At(1)));
        Assert.True(_seat.MayBeAsked(At(2)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private bool Miss(TimeSpan now) => _seat.Miss(++_lastQuestion, now);

    // It is asked, and misses that as well, a second later.
    private bool MissAgain(ref TimeSpan now)
    {
        now += TimeSpan.FromSeconds(1);
        _seat.NoteAsked(++_lastQuestion);
        return _seat.Miss(_lastQuestion, now);
    }
}
