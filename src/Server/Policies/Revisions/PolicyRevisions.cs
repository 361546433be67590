using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>
/// The policies that hold, those that held, and how one follows another. Changes are made one at a time, and each is kept before
/// it holds.
/// </summary>
internal sealed partial class PolicyRevisions : IDisposable
{
    private readonly PolicyStore? _store;
    private readonly IPolicyTarget _target;
    private readonly Action<PoliciesChange> _tell;
    private readonly ILogger<PolicyRevisions> _log;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private PolicyHistory _history;
    private ITimer? _deadline;

    /// <param name="store">Keeps the revisions; null to forget them at the end. It is disposed of with this.</param>
    /// <param name="target">Makes policies true.</param>
    /// <param name="tell">Hears of every change, in order.</param>
    /// <param name="log">Hears of every change as well.</param>
    /// <param name="time">Tells when a time is over.</param>
    public PolicyRevisions(
        PolicyStore? store, IPolicyTarget target, Action<PoliciesChange> tell, ILogger<PolicyRevisions> log, TimeProvider time)
    {
        _store = store;
        _target = target;
        _tell = tell;
        _log = log;
        _time = time;
        _history = store?.Found ?? PolicyHistory.Empty;
        Storage = store?.Storage ?? PolicyStorage.None;
    }

    /// <summary>Everything that is kept.</summary>
    public PolicyHistory History => Volatile.Read(ref _history);

    /// <summary>Whether and how revisions are kept.</summary>
    public PolicyStorage Storage { get; }

    /// <summary>Has what was kept hold, unless its time was over while nobody looked.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_history.Holding is not { Number: > 0 } holding)
            {
                _target.Adopt(PolicyRevision.None);
                return;
            }

            if (holding.State == RevisionState.Pending && holding.ConfirmDeadline <= _time.GetUtcNow())
            {
                Expire(holding.Number);
                return;
            }

            _target.Adopt(new PolicyRevision(holding.Number, Read(holding), holding.Enforcement));
            _log.PoliciesResumed(holding.Number, holding.Enforcement, holding.Applied, holding.Author);
            ArmDeadline();
        }
    }

    /// <summary>Has a document hold.</summary>
    /// <returns>The new revision.</returns>
    /// <exception cref="PolicyRefusedException">Another revision holds than the one that was seen, or it cannot be kept.</exception>
    public KeptRevision Apply(PolicyProposal proposal)
    {
        lock (_lock)
        {
            var holding = _history.Holding;
            RequireEtag(proposal.Etag);
            var isPending = proposal.ConfirmWithin > TimeSpan.Zero;
            var now = _time.GetUtcNow();
            var revision = Next(proposal.Yaml, proposal.Document, proposal.Author, now) with
            {
                Enforcement = proposal.Enforcement,
                Comment = proposal.Comment,
                State = isPending ? RevisionState.Pending : RevisionState.Holding,
                ConfirmDeadline = isPending ? now + proposal.ConfirmWithin : null,
                // What nobody has confirmed is nothing to fall back to.
                FallsBackTo = !isPending ? 0 : holding.State == RevisionState.Pending ? holding.FallsBackTo : holding.Number,
            };
            Change(_history.With(revision, RevisionState.Superseded), proposal.Document, PoliciesChangeKind.Applied, proposal.Author);
            return revision;
        }
    }

    /// <summary>Has the revision that holds go on to hold.</summary>
    /// <param name="number">The revision that is meant; 0 for whichever holds.</param>
    /// <param name="etag">Its etag; empty for whichever holds.</param>
    /// <param name="author">Who confirms it.</param>
    /// <exception cref="PolicyRefusedException">It does not hold, need not be confirmed, or that cannot be kept.</exception>
    public KeptRevision Confirm(long number, string etag, PolicyAuthor author)
    {
        lock (_lock)
        {
            var holding = _history.Holding;
            RequireNotExpired(number, etag);
            RequireEtag(etag);
            if (number != 0 && number != holding.Number)
                throw Refuse(PolicyRefusal.Changed, $"the revision {number} does not hold; {Describe(holding)} does");
            if (holding.State != RevisionState.Pending)
                throw Refuse(PolicyRefusal.NotPending, $"{Describe(holding)} holds, and need not be confirmed");

            var confirmed = holding with { State = RevisionState.Holding, ConfirmDeadline = null, FallsBackTo = 0 };
            // Twice: the copy, too, must not be one that falls back by itself.
            Keep(_history.WithHolding(confirmed));
            Keep(_history);
            ArmDeadline();
            Tell(PoliciesChangeKind.Confirmed, author);
            return confirmed;
        }
    }

    /// <summary>Has the document of an earlier revision hold again, as a new revision.</summary>
    /// <param name="number">The earlier revision.</param>
    /// <param name="etag">The etag of the revision that was seen to hold; empty for whichever does.</param>
    /// <param name="comment">What is to be remembered of it.</param>
    /// <param name="author">Who rolls back.</param>
    /// <exception cref="PolicyRefusedException">
    /// It is not kept, another revision holds than the one that was seen, or the new one cannot be kept.
    /// </exception>
    /// <exception cref="PolicyDocumentException">This daemon does not understand its document, which an earlier one took.</exception>
    public KeptRevision RollBack(long number, string etag, string comment, PolicyAuthor author)
    {
        lock (_lock)
        {
            RequireEtag(etag);
            var earlier = _history.Find(number)
                ?? throw Refuse(PolicyRefusal.NotFound, $"the revision {number} is not kept; the last {PolicyHistory.MostRevisions} are");
            var document = PolicyDocumentReader.Read(earlier.Yaml);
            var revision = Next(earlier.Yaml, document, author, _time.GetUtcNow()) with
            {
                Enforcement = earlier.Enforcement,
                Comment = comment,
                RolledBackTo = number,
            };
            Change(_history.With(revision, RevisionState.RolledBack), document, PoliciesChangeKind.RolledBack, author);
            return revision;
        }
    }

    /// <summary>Refuses what is meant for another revision than the one that holds.</summary>
    /// <param name="etag">The etag of the revision that is meant; empty for whichever holds.</param>
    /// <exception cref="PolicyRefusedException">Another one holds.</exception>
    public void RequireEtag(string etag)
    {
        if (etag.Length > 0 && etag != _history.Holding.Etag)
            throw Refuse(PolicyRefusal.Changed, $"the policies have changed since: {Describe(_history.Holding)} holds");
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _deadline?.Dispose();
            _store?.Dispose();
        }
    }

    private KeptRevision Next(string yaml, PolicyDocument document, PolicyAuthor author, DateTimeOffset now)
    {
        var number = _history.Holding.Number + 1;
        return new KeptRevision(number, $"{number}-{Guid.NewGuid():N}"[..^16], yaml)
        {
            State = RevisionState.Holding,
            Author = author,
            Applied = now,
            Policies = document.Policies.Length,
        };
    }

    private void Change(PolicyHistory history, PolicyDocument document, PoliciesChangeKind kind, PolicyAuthor author)
    {
        Keep(history);
        Adopt(document, kind, author);
    }

    private void Adopt(PolicyDocument document, PoliciesChangeKind kind, PolicyAuthor author)
    {
        var holding = _history.Holding;
        _target.Adopt(new PolicyRevision(holding.Number, document, holding.Enforcement));
        ArmDeadline();
        Tell(kind, author);
    }

    private void Tell(PoliciesChangeKind kind, PolicyAuthor author)
    {
        var holding = _history.Holding;
        _log.PoliciesChanged(kind, holding.Number, holding.Enforcement, holding.Policies, author);
        // The event log would keep the text for long.
        _tell(new PoliciesChange(kind, holding with { Yaml = "" }, author));
    }

    private void Keep(PolicyHistory history)
    {
        try
        {
            _store?.Save(history);
        }
        catch (Exception failure) when (PolicyStore.IsFailure(failure))
        {
            throw new PolicyRefusedException(
                PolicyRefusal.NotWritten, _history.Holding,
                $"the revision could not be written to {Storage.Directory}, and nothing was changed: {failure.Message}", failure);
        }

        Volatile.Write(ref _history, history);
    }

    // Whoever confirms too late should hear that, not that something else holds.
    private void RequireNotExpired(long number, string etag)
    {
        var meant = _history.Revisions.FirstOrDefault(revision => revision.Number == number || revision.Etag == etag);
        if (meant is { State: RevisionState.RolledBack })
            throw Refuse(PolicyRefusal.NotPending, $"the revision {meant.Number} was rolled back; {Describe(_history.Holding)} holds");
    }

    private PolicyRefusedException Refuse(PolicyRefusal refusal, string message) => new(refusal, _history.Holding, message);

    private static string Describe(KeptRevision revision)
        => revision.Number == 0
            ? "the revision 0, before any was applied,"
            : $"the revision {revision.Number}, applied at {revision.Applied:yyyy-MM-dd'T'HH:mm:ss'Z'} by {revision.Author},";
}
