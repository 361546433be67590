using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>
/// When all that is known is compared with the kernel's sockets, and when that is over: who waits for it, what a loss makes of it, and
/// for how long nobody is told that everything is known.
/// </content>
internal sealed partial class NamespaceLoop
{
    /// <summary>How long to wait before the kernel is asked again for what it could not show.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    // All but everything is settled within two tenths of a second. A connection that changes between every two looks must not keep
    // whoever wants to know the others waiting.
    private static readonly TimeSpan LongestComparison = TimeSpan.FromSeconds(5);

    // Comparisons take the loop's thread, and whoever asks in a loop, or a loss that goes on, would take all of it. Between two of them
    // it hears, and answers. Those who ask meanwhile share the next.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<TaskCompletionSource<ReconcileOutcome>> _waiting = [];
    private StateEventCause? _unsure;
    private Comparison? _comparison;
    private long? _deadline;
    private bool _released;
    private bool _lossUntold;
    private uint? _drops;
    private long _tryAgain;

    /// <summary>
    /// True from the moment that what is known may be wrong until it has been compared with the kernel, or until that has failed for
    /// so long that nobody is kept waiting for it any more.
    /// </summary>
    public bool IsUnsure => (!_released && (IsDoubt(_unsure) || IsDoubt(_comparison?.Cause))) || Interfaces.IsUnsure;

    /// <summary>How long it is until a comparison can begin, or must end.</summary>
    private TimeSpan UntilRecovery
    {
        get
        {
            if (_lossUntold)
                return TimeSpan.Zero;
            var due = CanRecover ? _time.Until(_tryAgain) : Timeout.InfiniteTimeSpan;
            return _comparison is { } comparison ? Sooner(due, _time.Until(comparison.Deadline)) : due;
        }
    }

    // One comparison at a time, so that those who ask all the time cannot keep one from its end. A loss ends the one that is made.
    private bool CanRecover => _unsure is not null && _comparison is null;

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

    // To be asked to compare makes nothing that is known wrong.
    private static bool IsDoubt(StateEventCause? cause) => cause is StateEventCause.Start or StateEventCause.KernelLoss;

    private void LoseEvents()
    {
        _lossUntold = true;
        BeUnsure(StateEventCause.KernelLoss);
    }

    /// <summary>Does what had to wait until everything that was queued is heard.</summary>
    private void Settle()
    {
        var now = _time.GetUtcNow();
        TellLoss();
        if (_comparison is { } spoilt && _unsure == StateEventCause.KernelLoss)
            Restart(spoilt);
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
        // What has been told already must not wait for the lists.
        _loop.Notify();
        // Who asks from here on asks for a comparison that begins later. One that takes the place of a spoilt one has no more time than
        // was left to that.
        var comparison = new Comparison(cause, [.. _waiting], _deadline ??= _time.After(LongestComparison));
        var overdue = _time.Until(comparison.Deadline) == TimeSpan.Zero;
        _waiting.Clear();
        _unsure = null;
        _comparison = comparison;
        try
        {
            var whole = Compare(comparison, overdue);
            _tryAgain = _time.After(Pause);
            if (!whole && overdue)
                Release(comparison);
            else if (!whole)
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

    /// <summary>
    /// Keeps nobody waiting any more while events are lost again and again. A snapshot then has what the kernel told and what its last
    /// lists showed. That may be wrong, and is put right by a comparison that is not spoilt: what that finds is told to those who
    /// have the snapshot, and every further loss is told to them too. It is tried until it succeeds.
    /// </summary>
    private void Release(Comparison comparison)
    {
        Abandon(comparison);
        if (!_released)
            _log.GoingOnUnsure(Served.Name);
        (_released, _deadline) = (true, null);
        // The lists themselves could be read.
        _failures.End();
        // Who asked for a comparison asked for one that is not spoilt.
        foreach (var one in comparison.Waiting)
            one.TrySetException(new NetlinkTransportException("the kernel drops events whenever it is compared with"));
    }

    /// <summary>Tells watchers of a loss, before what it hid is told: they are told what is when that is known.</summary>
    private void TellLoss()
    {
        if (!_lossUntold)
        {
            // All that came before this daemon has been heard.
            _drops ??= Events.Drops;
            return;
        }

        _lossUntold = false;
        Publish(new StateEvent(StateEventType.KernelLoss, Served.Name, _time.GetUtcNow()) { Dropped = CountDropped() });
    }

    /// <summary>How many events the kernel has dropped since it was counted last; null where it does not say.</summary>
    private ulong? CountDropped()
    {
        var (before, drops) = (_drops, Events.Drops);
        _drops = drops ?? 0;
        // What could not be read was lost without being dropped. How much a socket had dropped before this daemon had it is not known.
        return before is { } known && drops is { } all && all != known ? unchecked(all - known) : null;
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
        // Where the kernel shows nothing, there is nothing to release: less than everything would look like everything.
        (_released, _deadline) = (false, null);
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
        (_comparison, _deadline, _released) = (null, null, false);
        _failures.End();
        // Which connections announce what is known now.
        _listeners.Settle(Served, Connections.All.Values);
        var outcome = comparison.Outcome(_loop.Log.Last);
        _log.Reconciled(Served.Name, comparison.Cause, outcome.Connections, outcome.Differences);
        foreach (var one in comparison.Waiting)
            one.TrySetResult(outcome);
    }
}
