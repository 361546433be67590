using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>
/// Comparing what is known with the kernel's sockets. Sockets and events tell of one thing at two moments; what was heard of a
/// connection while its sockets were looked at makes the look worthless, and it is looked at again.
/// </content>
internal sealed partial class NamespaceLoop
{
    // One look takes some ten microseconds; events never wait for many.
    private const int LooksPerTurn = 64;

    // How often connections are looked at again that change all the time. What is left is looked at in later turns.
    private const int LookRounds = 3;

    // A storm may tell more than can be heard. Then the comparison waits for a calmer moment.
    private const int MostHeardAtOnce = 1_000_000;

    /// <summary>How long to wait before the kernel is asked again for what it could not show.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly HashSet<uint> _heard = [];
    private bool _noting;
    private readonly Queue<Suspect> _suspects = new();
    private readonly List<(Suspect Suspect, Connection? Known, SeenConnection? Seen)> _looked = [];
    private readonly List<TaskCompletionSource<ReconcileOutcome>> _waiting = [];
    private StateEventCause? _unsure;
    private bool _recovering;
    private bool _blind;
    private ulong _differences;
    private uint _drops;
    private long _tryAgain;

    /// <summary>True from the moment that what is known may be wrong until it has been compared with the kernel.</summary>
    public bool IsUnsure => _unsure is not null || _recovering || Interfaces.IsUnsure;

    /// <summary>Compares with the kernel as soon as all that is queued has been heard.</summary>
    public void BeUnsure(StateEventCause cause, TaskCompletionSource<ReconcileOutcome>? outcome = null)
    {
        // A loss is told to watchers, whatever else was the reason.
        if (_unsure is null || cause == StateEventCause.KernelLoss)
            _unsure = cause;
        if (outcome is not null)
            _waiting.Add(outcome);
    }

    /// <summary>Has connections looked at of which what is known may be wrong.</summary>
    public void Examine(IEnumerable<Suspect> suspects)
    {
        foreach (var suspect in suspects)
            _suspects.Enqueue(suspect);
    }

    /// <summary>Does what had to wait until everything that was queued is heard.</summary>
    private void Settle()
    {
        var now = _time.GetUtcNow();
        FailUnanswered(now);
        Examine(Conclude(StateEventCause.Survey, now));
        if (_unsure is { } cause && _time.Until(_tryAgain) == TimeSpan.Zero)
            Recover(cause);
    }

    private void Look()
    {
        if (_suspects.Count == 0 || _looked.Count > 0)
            return;
        Note();
        for (var left = LooksPerTurn; left > 0 && _suspects.TryDequeue(out var suspect); left--)
            LookAt(suspect);
    }

    /// <summary>Begins to note of which connections something is heard.</summary>
    private void Note()
    {
        _heard.Clear();
        _noting = true;
        // What is posted meanwhile counts as heard: it is newer than what was seen.
        Connections.Changed = _heard;
    }

    private void EndNoting()
    {
        _noting = false;
        Connections.Changed = null;
    }

    private void LookAt(Suspect suspect)
    {
        var known = Connections.Find(suspect.Token);
        var ends = known is null ? suspect.Subflows : [.. suspect.Subflows, .. known.Subflows.Select(subflow => subflow.Ends)];
        if (_sockets.Look(suspect.Token, ends, addresses: true) is { Known: true } answer)
            _looked.Add((suspect, known, answer.Connection));
        else
            _blind = true;
    }

    /// <summary>Applies what was seen of connections of which nothing has been heard since.</summary>
    /// <returns>The others.</returns>
    private List<Suspect> Conclude(StateEventCause cause, DateTimeOffset now)
    {
        EndNoting();
        var again = new List<Suspect>();
        foreach (var (suspect, known, seen) in _looked)
        {
            if (_heard.Contains(suspect.Token) || !ReferenceEquals(Connections.Find(suspect.Token), known))
                again.Add(suspect);
            else if (seen is not null)
                Connections.Reconcile(seen, cause, now);
            else if (known is not null)
                Connections.RemoveGone(known, cause, now);
        }

        _looked.Clear();
        return again;
    }

    private void Recover(StateEventCause cause)
    {
        // Who asks from here on asks for a comparison that begins later.
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        _unsure = null;
        _recovering = true;
        _differences = 0;
        try
        {
            if (Compare(cause) is not { } outcome)
            {
                _waiting.InsertRange(0, waiting);
                BeUnsure(_unsure ?? cause);
                return;
            }

            _failures.End();
            if (cause == StateEventCause.KernelLoss)
                Publish(new StateEvent(StateEventType.KernelLoss, Served.Name, _time.GetUtcNow()) { Dropped = CountDropped() });
            _log.Reconciled(Served.Name, cause, outcome.Connections, outcome.Differences);
            foreach (var one in waiting)
                one.TrySetResult(outcome with { Sequence = _loop.Log.Last });
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure))
        {
            _log.SurveyFailed(Served.Name, failure.Message);
            _failures.Add(failure);
            _tryAgain = _time.After(RetryInterval);
            BeUnsure(_unsure ?? cause);
            foreach (var one in waiting)
                one.TrySetException(failure);
        }
        finally
        {
            EndNoting();
            _recovering = false;
        }
    }

    /// <summary>How many events the kernel has dropped since it was counted last; null where it does not say.</summary>
    private ulong? CountDropped()
    {
        var (before, drops) = (_drops, Events.Drops);
        _drops = drops ?? 0;
        // What could not be read was lost without being dropped.
        return drops is { } all && all != before ? unchecked(all - before) : null;
    }

    /// <summary>Compares, and tells the differences.</summary>
    /// <returns>Null when events were lost meanwhile, or there was no end of them.</returns>
    private ReconcileOutcome? Compare(StateEventCause cause)
    {
        Note();
        List<SeenConnection> survey = Served.CanFindConnections ? ConnectionSurvey.Take(_diagnostics, _pathManager) : [];
        if (!HearAll())
            return null;
        EndNoting();
        var now = _time.GetUtcNow();
        var unsettled = _heard.ToDictionary(token => token, token => new Suspect(token, []));
        var seen = new HashSet<uint>(survey.Count);
        foreach (var connection in survey)
        {
            seen.Add(connection.Token);
            // A connection without a subflow may be an orphan, or be on its way out of the kernel's tables.
            if (_heard.Contains(connection.Token) || connection is { Subflows.Length: 0, HasFallenBack: false })
                unsettled[connection.Token] = new Suspect(connection.Token, [.. connection.Subflows.Select(EndsOf)]);
            else
                Connections.Reconcile(connection, cause, now);
        }

        // A list can leave out what changes while it is made: whether these are gone is asked for each.
        if (Served.CanFindConnections)
        {
            foreach (var token in Connections.All.Keys.Where(token => !seen.Contains(token)))
                unsettled.TryAdd(token, new Suspect(token, []));
        }
        else
        {
            unsettled.Clear();
        }

        return SettleAll([.. unsettled.Values], cause)
            ? new ReconcileOutcome(survey.Count, survey.Sum(connection => connection.Subflows.Length), _differences, _loop.Log.Last)
            : null;
    }

    /// <summary>Looks at connections until nothing more is heard of them while they are looked at.</summary>
    /// <returns>False when events were lost meanwhile.</returns>
    /// <exception cref="NetlinkTransportException">The kernel could not be asked about one of them.</exception>
    private bool SettleAll(List<Suspect> suspects, StateEventCause cause)
    {
        _blind = false;
        for (var round = 0; round < LookRounds && suspects.Count > 0; round++)
        {
            Note();
            foreach (var suspect in suspects)
                LookAt(suspect);
            if (_blind)
            {
                _looked.Clear();
                throw new NetlinkTransportException("a connection could not be looked at");
            }

            if (!HearAll())
            {
                _looked.Clear();
                return false;
            }

            suspects = Conclude(cause, _time.GetUtcNow());
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
