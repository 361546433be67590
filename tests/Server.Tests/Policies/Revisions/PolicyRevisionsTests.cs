using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Revisions;

public sealed class PolicyRevisionsTests : IDisposable
{
    private readonly RevisionsUnderTest _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public void What_is_applied_holds_and_is_told_and_what_held_is_superseded()
    {
        var first = _daemon.Apply("first");
        var second = _daemon.Revisions.Apply(RevisionsUnderTest.Proposal("second") with
        {
            Enforcement = PolicyEnforcement.Monitor,
            Comment = "why not",
        });

        Assert.Equal((2, PolicyEnforcement.Monitor, "why not", 1), (second.Number, second.Enforcement, second.Comment, second.Policies));
        Assert.Equal([RevisionState.Superseded, RevisionState.Holding], _daemon.Revisions.History.Revisions.Select(revision => revision.State));
        Assert.NotEqual(first.Etag, second.Etag);
        Assert.Equal([1L, 2L], _daemon.Target.Adopted.Select(revision => revision.Number));
        Assert.Equal(PolicyEnforcement.Monitor, _daemon.Target.Adopted[^1].Enforcement);
        Assert.Equal("second", _daemon.Enforced);
        Assert.All(_daemon.Changes, change => Assert.Equal((PoliciesChangeKind.Applied, RevisionsUnderTest.Somebody), (change.Kind, change.Author)));
        Assert.All(_daemon.Changes, change => Assert.Equal("", change.Revision.Yaml));
    }

    [Fact]
    public void A_stale_etag_is_refused_with_what_holds_and_who_applied_it()
    {
        var seen = _daemon.Apply("first");
        var holding = _daemon.Apply("second", etag: seen.Etag);

        var refused = Assert.Throws<PolicyRefusedException>(() => _daemon.Apply("third", etag: seen.Etag));

        Assert.Equal((PolicyRefusal.Changed, holding), (refused.Refusal, refused.Holding));
        Assert.Contains("the revision 2, applied at 2030-01-01T00:00:00Z by user 1000 (tester, process 42), holds", refused.Message, StringComparison.Ordinal);
        Assert.Equal("second", _daemon.Enforced);
        Assert.Throws<PolicyRefusedException>(() => _daemon.Revisions.RollBack(1, seen.Etag, "", RevisionsUnderTest.Somebody));
    }

    [Fact]
    public async Task Of_many_who_apply_at_once_to_the_same_revision_one_succeeds()
    {
        var seen = _daemon.Apply("first");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
        {
            try
            {
                return _daemon.Apply($"number-{i}", etag: seen.Etag);
            }
            catch (PolicyRefusedException refused) when (refused.Refusal == PolicyRefusal.Changed)
            {
                return null;
            }
        })));

        var winner = Assert.Single(outcomes.OfType<KeptRevision>());
        Assert.Equal(winner, _daemon.Holding);
        Assert.Equal(2, winner.Number);
        Assert.Equal(2, _daemon.Target.Adopted.Count);
    }

    [Fact]
    public void Rolling_back_makes_a_new_revision_with_the_earlier_document_and_enforcement()
    {
        _daemon.Revisions.Apply(RevisionsUnderTest.Proposal("first") with { Enforcement = PolicyEnforcement.Monitor });
        var second = _daemon.Apply("second");

        var third = _daemon.Revisions.RollBack(1, second.Etag, "it was bad", RevisionsUnderTest.Somebody);

        Assert.Equal((3, 1, PolicyEnforcement.Monitor, "it was bad"), (third.Number, third.RolledBackTo, third.Enforcement, third.Comment));
        Assert.Equal("first", _daemon.Enforced);
        Assert.Equal(
            [RevisionState.Superseded, RevisionState.RolledBack, RevisionState.Holding],
            _daemon.Revisions.History.Revisions.Select(revision => revision.State));
        Assert.Equal(PoliciesChangeKind.RolledBack, _daemon.Changes[^1].Kind);
    }

    [Fact]
    public void A_revision_that_is_not_kept_cannot_be_rolled_back_to()
        => Assert.Equal(
            PolicyRefusal.NotFound,
            Assert.Throws<PolicyRefusedException>(() => _daemon.Revisions.RollBack(7, "", "", RevisionsUnderTest.Somebody)).Refusal);

    [Fact]
    public void The_last_hundred_revisions_are_kept_also_over_a_restart()
    {
        for (var i = 1; i <= 105; i++)
            _daemon.Apply($"number-{i}");
        var before = _daemon.Revisions.History;

        _daemon.Restart();

        Assert.Equal(Enumerable.Range(6, 100).Select(number => (long)number), before.Revisions.Select(revision => revision.Number));
        Assert.Equal(before.Revisions, _daemon.Revisions.History.Revisions);
        Assert.Equal("number-105", _daemon.Enforced);
        Assert.Equal(106, _daemon.Apply("next").Number);
    }

    [Fact]
    public void Without_a_directory_revisions_are_forgotten_at_the_end_and_that_is_said()
    {
        using var revisions = new PolicyRevisions(
            store: null, new FakeTarget(), _ => { }, NullLogger<PolicyRevisions>.Instance, _daemon.Time);
        revisions.Start();
        revisions.Apply(RevisionsUnderTest.Proposal("first"));
        Assert.Equal(PolicyStorageState.NotKept, revisions.Storage.State);
        Assert.Equal(1, revisions.History.Holding.Number);
    }

    [Fact]
    public void What_cannot_be_written_does_not_hold()
    {
        var first = _daemon.Apply("first");
        Directory.Move(_daemon.Directory, _daemon.Directory + ".away");

        var refused = Assert.Throws<PolicyRefusedException>(() => _daemon.Apply("second"));

        Assert.Equal((PolicyRefusal.NotWritten, first), (refused.Refusal, refused.Holding));
        Assert.Contains("nothing was changed", refused.Message, StringComparison.Ordinal);
        Assert.Equal(first, _daemon.Holding);
        Assert.Equal("first", _daemon.Enforced);
        Assert.Single(_daemon.Changes);

        Directory.Move(_daemon.Directory + ".away", _daemon.Directory);
        Assert.Equal(2, _daemon.Apply("second").Number);
        _daemon.Restart();
        Assert.Equal("second", _daemon.Enforced);
    }
}
