using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Revisions;

/// <summary>Revisions that hold for a time unless they are confirmed.</summary>
public sealed class ConfirmationTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly RevisionsUnderTest _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void What_is_confirmed_goes_on_to_hold()
    {
        _daemon.Apply("first");
        var pending = _daemon.Apply("second", Minute);
        Assert.Equal((RevisionState.Pending, _daemon.Time.GetUtcNow() + Minute), (pending.State, pending.ConfirmDeadline));

        _daemon.Time.Advance(Minute - TimeSpan.FromSeconds(1));
        var confirmed = _daemon.Revisions.Confirm(pending.Number, pending.Etag, RevisionsUnderTest.Somebody);
        _daemon.Time.Advance(Minute);

        Assert.Equal((pending.Number, pending.Etag, RevisionState.Holding, null), (confirmed.Number, confirmed.Etag, confirmed.State, confirmed.ConfirmDeadline));
        Assert.Equal("second", _daemon.Enforced);
        Assert.Equal([PoliciesChangeKind.Applied, PoliciesChangeKind.Applied, PoliciesChangeKind.Confirmed], _daemon.Changes.Select(change => change.Kind));
        _daemon.Restart(Minute);
        Assert.Equal("second", _daemon.Enforced);
    }

    [Fact]
    public void What_is_not_confirmed_in_time_is_rolled_back_by_the_daemon()
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);

        _daemon.Time.Advance(Minute);

        Assert.Equal((3, 1, RevisionState.Holding, PolicyAuthor.Daemon), (_daemon.Holding.Number, _daemon.Holding.RolledBackTo, _daemon.Holding.State, _daemon.Holding.Author));
        Assert.Equal("first", _daemon.Enforced);
        Assert.Equal(RevisionState.RolledBack, _daemon.Revisions.History.Find(2)!.State);
        Assert.Equal((PoliciesChangeKind.Expired, PolicyAuthor.Daemon), (_daemon.Changes[^1].Kind, _daemon.Changes[^1].Author));
    }

    [Fact]
    public void The_first_revision_is_rolled_back_to_no_policies()
    {
        _daemon.Apply("first", Minute);
        _daemon.Time.Advance(Minute);
        Assert.Equal(2, _daemon.Holding.Number);
        Assert.Equal("", _daemon.Enforced);
        _daemon.Restart();
        Assert.Equal("", _daemon.Enforced);
    }

    [Fact]
    public void Confirming_too_late_is_refused_as_that()
    {
        _daemon.Apply("first");
        var pending = _daemon.Apply("second", Minute);
        _daemon.Time.Advance(Minute);

        foreach (var (number, etag) in new[] { (pending.Number, ""), (0L, pending.Etag) })
        {
            var refused = Assert.Throws<PolicyRefusedException>(() => _daemon.Revisions.Confirm(number, etag, RevisionsUnderTest.Somebody));
            Assert.Equal(PolicyRefusal.NotPending, refused.Refusal);
            Assert.Contains("the revision 2 was rolled back", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal("first", _daemon.Enforced);
    }

    [Fact]
    public void Confirming_what_need_not_be_is_refused_and_so_is_confirming_what_does_not_hold()
    {
        _daemon.Apply("first");
        _daemon.Apply("second");
        Assert.Equal(PolicyRefusal.NotPending, Refusal(2, ""));
        Assert.Equal(PolicyRefusal.Changed, Refusal(1, ""));
        Assert.Equal(PolicyRefusal.Changed, Refusal(0, "1-unknown"));

        PolicyRefusal Refusal(long number, string etag)
            => Assert.Throws<PolicyRefusedException>(() => _daemon.Revisions.Confirm(number, etag, RevisionsUnderTest.Somebody)).Refusal;
    }

    [Fact]
    public void What_was_not_confirmed_either_is_nothing_to_fall_back_to()
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);
        _daemon.Apply("third", Minute);

        _daemon.Time.Advance(Minute);

        Assert.Equal("first", _daemon.Enforced);
    }

    [Fact]
    public void A_revision_that_need_not_be_confirmed_ends_the_wait_for_the_one_before()
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);
        _daemon.Apply("third");

        _daemon.Time.Advance(Minute);

        Assert.Equal("third", _daemon.Enforced);
    }

    [Fact]
    public void The_wait_goes_on_after_a_restart_for_what_is_left_of_it()
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);

        _daemon.Restart(after: TimeSpan.FromSeconds(20));
        Assert.Equal("second", _daemon.Enforced);
        _daemon.Time.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal("second", _daemon.Enforced);
        _daemon.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("first", _daemon.Enforced);
    }

    [Fact]
    public void A_clock_that_is_behind_after_a_restart_makes_the_wait_no_longer_than_it_was()
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);
        _daemon.Stop();
        _daemon.Time.AdjustTime(DateTimeOffset.UnixEpoch);

        _daemon.Restart();
        Assert.Equal("second", _daemon.Enforced);
        _daemon.Time.Advance(Minute);

        Assert.Equal("first", _daemon.Enforced);
    }

    [Theory]
    [MemberData(nameof(JumpingClock.Years), MemberType = typeof(JumpingClock))]
    public void A_clock_that_jumps_while_the_daemon_runs_makes_the_wait_neither_longer_nor_shorter(int years)
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);

        _daemon.Time.Jump(years);
        _daemon.Time.Advance(Minute - TimeSpan.FromSeconds(1));
        Assert.Equal("second", _daemon.Enforced);
        _daemon.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("first", _daemon.Enforced);

        // And what is applied from then on has its whole time.
        _daemon.Apply("third", Minute);
        _daemon.Time.Jump(-years);
        _daemon.Time.Advance(Minute - TimeSpan.FromSeconds(1));
        Assert.Equal("third", _daemon.Enforced);
        Assert.Equal(RevisionState.Holding, _daemon.Revisions.Confirm(0, "", RevisionsUnderTest.Somebody).State);
    }

    [Fact]
    public void What_ran_out_while_the_daemon_was_down_is_rolled_back_before_it_holds_again()
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);

        _daemon.Restart(after: 2 * Minute);

        Assert.Equal(3, Assert.Single(_daemon.Target.Adopted).Number);
        Assert.Equal("first", _daemon.Enforced);
        Assert.Equal(PoliciesChangeKind.Expired, _daemon.Changes[^1].Kind);
        _daemon.Restart();
        Assert.Equal(3, _daemon.Holding.Number);
    }

    [Fact]
    public void What_ran_out_holds_no_more_though_that_cannot_be_kept()
    {
        _daemon.Apply("first");
        _daemon.Apply("second", Minute);
        Directory.Move(_daemon.Directory, _daemon.Directory + ".away");

        _daemon.Time.Advance(Minute);

        Assert.Equal("first", _daemon.Enforced);
        Assert.Contains(_daemon.Log.Entries, entry => entry.Message.Contains("that could not be kept", StringComparison.Ordinal));
        Directory.Move(_daemon.Directory + ".away", _daemon.Directory);
        _daemon.Restart();
        Assert.Equal("first", _daemon.Enforced);
    }

    [Fact]
    public void What_is_fallen_back_to_is_kept_however_many_come_after_it()
    {
        _daemon.Apply("first");
        for (var i = 0; i < 2 * PolicyHistory.MostRevisions; i++)
            _daemon.Apply($"number-{i}", Minute);
        _daemon.Restart();

        _daemon.Time.Advance(Minute);

        Assert.Equal("first", _daemon.Enforced);
    }
}
