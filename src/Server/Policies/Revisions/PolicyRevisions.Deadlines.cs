using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

internal sealed partial class PolicyRevisions
{
    // The deadline is a time of day, so that it survives a restart; from here on it is a time that passes, whatever becomes of
    // the clock.
    private void ArmDeadline()
    {
        _deadline?.Dispose();
        _deadline = null;
        var holding = _history.Holding;
        if (holding is not { State: RevisionState.Pending, ConfirmDeadline: { } deadline })
            return;
        // Some hosts start with a clock that is years behind, which must not make years of a minute; nor must a file that says so.
        var granted = Math.Clamp((deadline - holding.Applied).Ticks, 0, PolicyProposal.LongestConfirmation.Ticks);
        var left = TimeSpan.FromTicks(Math.Clamp((deadline - _time.GetUtcNow()).Ticks, 0, granted));
        _deadline = _time.CreateTimer(_ => ExpireInTime(holding.Number), null, left, Timeout.InfiniteTimeSpan);
    }

    private void ExpireInTime(long number)
    {
        lock (_lock)
        {
            if (_history.Holding is { State: RevisionState.Pending } holding && holding.Number == number)
                Expire(number);
        }
    }

    private void Expire(long number)
    {
        var earlier = _history.Find(_history.Holding.FallsBackTo) ?? KeptRevision.None;
        var document = Read(earlier);
        var revision = Next(earlier.Yaml, document, PolicyAuthor.Daemon, _time.GetUtcNow()) with
        {
            Enforcement = earlier.Enforcement,
            Comment = $"the revision {number} was not confirmed in time",
            RolledBackTo = earlier.Number,
        };
        var history = _history.With(revision, RevisionState.RolledBack);
        try
        {
            Keep(history);
        }
        catch (PolicyRefusedException refusal)
        {
            // What was promised holds all the same; after a restart the file says once more that the time is over.
            _log.RollBackNotKept(number, refusal.Message);
            Volatile.Write(ref _history, history);
        }

        Adopt(document, PoliciesChangeKind.Expired, PolicyAuthor.Daemon);
    }

    // A daemon may be replaced by one that understands less than it did.
    private PolicyDocument Read(KeptRevision revision)
    {
        try
        {
            return PolicyDocumentReader.Read(revision.Yaml);
        }
        catch (PolicyDocumentException exception)
        {
            _log.PoliciesNotUnderstood(revision.Number, exception.Message);
            return PolicyDocument.Empty;
        }
    }
}
