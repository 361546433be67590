using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>
/// Comparing all that is known with the kernel's sockets. The lists of them settle what has not moved meanwhile; the rest is looked
/// at one by one, in this turn of the loop and in later ones, and until then nobody is told that everything is known.
/// </content>
internal sealed partial class NamespaceLoop
{
    // How often connections are looked at again at once that change all the time. What is left is looked at in later turns.
    private const int LookRounds = 3;

    // A storm may tell more than can be heard. Then the comparison waits for a calmer moment.
    private const int MostHeardAtOnce = 1_000_000;

    /// <summary>How long to wait before the kernel is asked again for what it could not show.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // All but everything is settled within two tenths of a second. A connection that changes between every two looks must not keep
    // whoever wants to know the others waiting.
    private static readonly TimeSpan LongestComparison = TimeSpan.FromSeconds(5);

    private readonly List<TaskCompletionSource<ReconcileOutcome>> _waiting = [];
    private StateEventCause? _unsure;
    private Comparison? _comparison;
    private bool _lossUntold;
    private uint _drops;
    private long _tryAgain;

    /// <summary>True from the moment that what is known may be wrong until it has been compared with the kernel.</summary>
    public bool IsUnsure => _unsure is not null || _comparison is not null || Interfaces.IsUnsure;

    /// <summary>How long it is until a comparison can begin, or must end.</summary>
    private TimeSpan UntilRecovery
    {
        get
        {
            var due = CanRecover ? _time.Until(_tryAgain) : Timeout.InfiniteTimeSpan;
            return _comparison is { } comparison ? Sooner(due, _time.Until(comparison.Deadline)) : due;
        }
    }

    // One comparison at a time, so that those who ask all the time cannot keep one from its end. A loss spoils the one that is made.
    private bool CanRecover => _unsure is { } cause && (_comparison is null || cause == StateEventCause.KernelLoss);

    /// <summary>Compares with the kernel as soon as all that is queued has been heard.</summary>
    public void BeUnsure(StateEventCause cause, TaskCompletionSource<ReconcileOutcome>? outcome = null)
    {
        _unsure = StrongerOf(_unsure, cause);
        if (outcome is not null)
            _waiting.Add(outcome);
    }

    // A loss explains more than any other reason; of the others, the first stays.
    private static StateEventCause StrongerOf(StateEventCause? first, StateEventCause later)
        => first is { } cause && later != StateEventCause.KernelLoss ? cause : later;

    private void LoseEvents()
    {
        _lossUntold = true;
        BeUnsure(StateEventCause.KernelLoss);
    }

    /// <summary>Does what had to wait until everything that was queued is heard.</summary>
    private void Settle()
    {
        var now = _time.GetUtcNow();
        FailUnanswered(now);
        Examine(Conclude(now));
        if (_unsure is { } cause && CanRecover && _time.Until(_tryAgain) == TimeSpan.Zero)
            Recover(cause);
        // What is left at the deadline stays a suspect, is looked at in every turn, and told as found by this comparison. Until then a
        // snapshot has these connections as the kernel told of them last.
        if (_comparison is { } comparison && (comparison.Left == 0 || _time.Until(comparison.Deadline) == TimeSpan.Zero))
            Finish(comparison);
    }

    private void Recover(StateEventCause cause)
    {
        TellLoss();
        if (_comparison is { } spoilt)
            Restart(spoilt);
        // Who asks from here on asks for a comparison that begins later.
        var comparison = new Comparison(cause, [.. _waiting], _time.After(LongestComparison));
        _waiting.Clear();
        _unsure = null;
        _comparison = comparison;
        try
        {
            if (!Compare(comparison))
                Restart(comparison);
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure))
        {
            Fail(comparison, failure);
        }
        finally
        {
            EndNoting();
        }
    }

    /// <summary>Tells watchers of a loss, before what it hid is told: they are told what is when that is known.</summary>
    private void TellLoss()
    {
        if (!_lossUntold)
            return;
        _lossUntold = false;
        Publish(new StateEvent(StateEventType.KernelLoss, Served.Name, _time.GetUtcNow()) { Dropped = CountDropped() });
    }

    /// <summary>How many events the kernel has dropped since it was counted last; null where it does not say.</summary>
    private ulong? CountDropped()
    {
        var (before, drops) = (_drops, Events.Drops);
        _drops = drops ?? 0;
        // What could not be read was lost without being dropped.
        return drops is { } all && all != before ? unchecked(all - before) : null;
    }

    /// <summary>Has a comparison made anew, for those who wait for it too.</summary>
    private void Restart(Comparison comparison)
    {
        Abandon(comparison);
        _waiting.InsertRange(0, comparison.Waiting);
    }

    private void Fail(Comparison comparison, Exception failure)
    {
        Abandon(comparison);
        _log.SurveyFailed(Served.Name, failure.Message);
        _failures.Add(failure);
        _tryAgain = _time.After(RetryInterval);
        foreach (var one in comparison.Waiting)
            one.TrySetException(failure);
    }

    private void Abandon(Comparison comparison)
    {
        comparison.Abandon();
        _comparison = null;
        // Whoever asked meanwhile asked for no more than is made up for here.
        _unsure = StrongerOf(comparison.Cause, _unsure ?? comparison.Cause);
    }

    private void Finish(Comparison comparison)
    {
        _comparison = null;
        _failures.End();
        var outcome = comparison.Outcome(_loop.Log.Last);
        _log.Reconciled(Served.Name, comparison.Cause, outcome.Connections, outcome.Differences);
        foreach (var one in comparison.Waiting)
            one.TrySetResult(outcome);
    }

    /// <summary>Compares, and tells the differences. What is left is among the suspects.</summary>
    /// <returns>False when events were lost meanwhile, or there was no end of them.</returns>
    /// <exception cref="NetlinkTransportException">The kernel could not be asked.</exception>
    private bool Compare(Comparison comparison)
    {
        Note();
        List<SeenConnection> survey = Served.CanFindConnections ? ConnectionSurvey.Take(_diagnostics, _pathManager) : [];
        if (!HearAll())
            return false;
        EndNoting();
        var (now, before) = (_time.GetUtcNow(), _differences);
        var unsettled = _heard.ToDictionary(token => token, SuspectOf);
        var seen = new HashSet<uint>(survey.Count);
        foreach (var connection in survey)
        {
            seen.Add(connection.Token);
            // A connection without a subflow may be an orphan, or be on its way out of the kernel's tables; and a list can leave out
            // what changes while it is made.
            if (_heard.Contains(connection.Token) || connection is { Subflows.Length: 0, HasFallenBack: false }
                || Connections.FindMissing(connection).Count > 0)
            {
                unsettled[connection.Token] = SuspectOf(connection.Token) with { Subflows = [.. connection.Subflows.Select(EndsOf)] };
            }
            else
            {
                Connections.Reconcile(connection, comparison.Cause, now);
            }
        }

        comparison.Count(_differences - before);

        // For the same reason it is asked for each whether these are gone.
        if (Served.CanFindConnections)
        {
            foreach (var token in Connections.All.Keys.Where(token => !seen.Contains(token)))
                unsettled.TryAdd(token, SuspectOf(token));
        }
        else
        {
            unsettled.Clear();
        }

        comparison.Begin(survey, unsettled.Count);
        return SettleAll([.. unsettled.Values]);

        Suspect SuspectOf(uint token) => new(token, []) { Comparison = comparison, Cause = comparison.Cause };
    }

    /// <summary>Looks at connections until nothing more is heard of them while they are looked at, a few times.</summary>
    /// <returns>False when events were lost meanwhile.</returns>
    /// <exception cref="NetlinkTransportException">The kernel could not be asked about one of them.</exception>
    private bool SettleAll(List<Suspect> suspects)
    {
        for (var round = 0; round < LookRounds && suspects.Count > 0; round++)
        {
            Note();
            if (!suspects.TrueForAll(LookAt))
            {
                _looked.Clear();
                throw new NetlinkTransportException("a connection could not be looked at");
            }

            if (!HearAll())
            {
                _looked.Clear();
                return false;
            }

            suspects = Conclude(_time.GetUtcNow());
        }

        Examine(suspects);
        return true;
    }

    /// <summary>Hears until nothing is queued.</summary>
    /// <returns>False when events were lost, or there is no end of them: then another comparison is due.</returns>
    private bool HearAll()
    {
        for (var heard = 0; heard < MostHeardAtOnce; heard += _received.Count)
        {
            switch (HearSome())
            {
                case EventReceipt.Drained: return true;
                case EventReceipt.Overflowed: return false;
            }
        }

        return false;
    }

    private static SubflowEnds EndsOf(SeenSubflow subflow) => new(subflow.Local, subflow.Remote, subflow.InterfaceIndex);
}
