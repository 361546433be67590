using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>
/// Compares a connection with what its policy wants of it, and says what is to be done. It changes nothing and asks nobody: the same
/// policy, connection, addresses, memory and time give the same plan. A plan for what is already as it should be is empty.
/// </summary>
internal sealed partial class PathPlanner
{
    private readonly PathPolicy _policy;
    private readonly Connection _connection;
    private readonly HostPaths _host;
    private readonly PathMemory _memory;
    private readonly TimeSpan _now;
    private readonly PathNotes? _notes;
    private readonly List<PathStep> _steps = [];
    private readonly bool[] _claimed;
    private TimeSpan? _due;
    private bool _lacks;
    private bool _active;

    // Subflows beside the initial one: those that the kernel has, and those that are left when the steps so far are done.
    private int _present;
    private int _kept;

    private PathPlanner(PathPolicy policy, Connection connection, HostPaths host, PathMemory memory, TimeSpan now, PathNotes? notes)
    {
        (_policy, _connection, _host, _memory, _now, _notes) = (policy, connection, host, memory, now, notes);
        _claimed = new bool[connection.Subflows.Length];
    }

    /// <summary>Makes a plan.</summary>
    /// <param name="policy">The policy that decides about the connection.</param>
    /// <param name="connection">The connection as it is.</param>
    /// <param name="host">The addresses that this host has.</param>
    /// <param name="memory">What is remembered of the connection.</param>
    /// <param name="now">The time, on the clock of what is remembered.</param>
    /// <param name="notes">Receives what is wanted, what is, and why each difference remains; null where nobody asks.</param>
    public static PathPlan Plan(
        PathPolicy policy, Connection connection, HostPaths host, PathMemory memory, TimeSpan now, PathNotes? notes = null)
    {
        var planner = new PathPlanner(policy, connection, host, memory, now, notes);
        if (planner.Obstacle() is { } obstacle)
        {
            notes?.Remark(obstacle);
            return new PathPlan([], null, Lacks: false);
        }

        // With an address that is withdrawn its subflows end: that comes first.
        planner.PlanAnnouncements();
        planner.PlanPaths();
        return new PathPlan(planner._steps, planner._due, planner._lacks) { Carrying = planner.FindCarrying() };
    }

    private PathStrategy Strategy => _policy.Delegation?.Fallback ?? _policy.Strategy;

    /// <summary>Why nothing can be done about the connection; null where something can.</summary>
    private string? Obstacle()
    {
        if (_policy.Mode == PolicyMode.Kernel)
            return "the kernel's own path manager decides, with the endpoints that the policy keeps";
        if (_memory.KernelDecides || _connection.PathManager == PathManagerType.Kernel)
            return "the connection was made under the kernel's own path manager, which decides about it until it ends";
        return _connection.State switch
        {
            ConnectionState.Created => "the connection is not fully established yet: a client's is with its first data",
            ConnectionState.Fallback => "the connection has fallen back to plain TCP",
            ConnectionState.Closed => "the connection is closed",
            _ => null,
        };
    }

    private void PlanPaths()
    {
        var wants = FindWants();
        _lacks = IsLacking(wants);
        _active = IsActive();
        PlanLost();
        // One whose address is lost must not keep another from taking its place.
        for (var index = 0; index < _claimed.Length; index++)
        {
            if (!_connection.Subflows[index].Initial && !_claimed[index])
                _present++;
        }

        // Somebody else's count first: they stay.
        for (var index = 0; index < _claimed.Length; index++)
        {
            if (IsLive(index) && !_connection.Subflows[index].Initial && !IsOwn(_connection.Subflows[index]))
                _kept++;
        }

        foreach (var want in wants)
            Plan(want);
        PlanRest();
    }

    private void Plan(PathWant want)
    {
        if (want.Standby && !_active && _policy.Backup!.Standby == BackupStandby.Cold)
        {
            _notes?.Missing(want, _memory, "it is for backup and rests, as other paths are enough", rests: true);
            return;
        }

        // An established one is rather kept than an attempt, and one of somebody else, who is not made to end it, than one's own.
        var left = want.Count;
        for (var rank = 0; rank < 4 && left > 0; rank++)
        {
            for (var index = 0; index < _claimed.Length && left > 0; index++)
            {
                if (IsLive(index) && RankOf(_connection.Subflows[index]) == rank && Covers(want, _connection.Subflows[index]))
                {
                    _claimed[index] = true;
                    left--;
                    Keep(want, _connection.Subflows[index]);
                }
            }
        }

        // What is being ended must be gone before it is made anew.
        foreach (var subflow in _connection.Subflows)
        {
            if (left > 0 && IsEnding(subflow) && Covers(want, subflow))
            {
                _notes?.Kept(subflow, NameOf(subflow), PathStepKind.None, "it is being ended, and made again then", wanted: true);
                left--;
            }
        }

        for (; left > 0; left--)
        {
            if (!TryCreate(want))
                break;
        }
    }

    /// <summary>Leaves a subflow that is wanted, unless there are too many.</summary>
    private void Keep(PathWant want, Subflow subflow)
    {
        if (!subflow.Initial && IsOwn(subflow))
        {
            if (_kept >= _policy.MaxSubflows)
            {
                Destroy(subflow, $"the policy allows {_policy.MaxSubflows} subflows beside the initial one");
                return;
            }

            _kept++;
        }

        var backup = want.Standby && !_active;
        var step = PriorityStep(subflow, backup, out var reason);
        if (step is { } change)
            _steps.Add(change);
        _notes?.Kept(subflow, NameOf(subflow), step?.Kind ?? PathStepKind.None, reason, wanted: true, backup);
    }

    private PathStep? PriorityStep(Subflow subflow, bool backup, out string reason)
    {
        reason = "";
        var record = _memory.Find(PathKey.Of(subflow));
        if (subflow.LocalBackup == backup || subflow.State != SubflowState.Established)
            return null;
        if (record is { SetByHand: true } or { MadeByHand: true } || subflow.Maker == SubflowMaker.Caller)
        {
            reason = "somebody has said by hand whether it is a backup";
            return null;
        }

        // Where the policy says nothing of backups, it takes back no more than it gave.
        if (_policy.Backup is null && record is not { MadeBackup: true } && !IsOwn(subflow))
            return null;
        return PathStep.SetBackup(subflow, backup);
    }

    private bool TryCreate(PathWant want)
    {
        var reason = "";
        foreach (var (from, key) in want.Candidates)
        {
            if (CanCreate(from, key, out var why))
            {
                _steps.Add(PathStep.Create(key, from, want.Standby && !_active));
                _notes?.Missing(want, key, from, _memory, PathStepKind.Create, "");
                _present++;
                _kept++;
                return true;
            }

            if (reason.Length == 0)
                reason = why;
        }

        _notes?.Missing(want, _memory, reason);
        return false;
    }

    private bool CanCreate(HostPath from, PathKey key, out string reason)
    {
        if (!from.IsUsable)
        {
            reason = PathWords.Describe(from);
            return false;
        }

        if (_memory.Find(key) is { EndedByHand: true })
        {
            reason = "somebody has ended it by hand";
            return false;
        }

        if (_present >= _policy.MaxSubflows || _kept >= _policy.MaxSubflows)
        {
            reason = $"the policy allows {_policy.MaxSubflows} subflows beside the initial one";
            return false;
        }

        return !IsWaiting(_memory.Find(key), from, out reason);
    }

    /// <summary>Whether something failed and is not to be tried again now.</summary>
    private bool IsWaiting(PathRecord? record, HostPath? from, out string reason)
    {
        reason = "";
        if (record is null || !record.HasFailedSince(from?.Generation ?? 0))
            return false;
        if (record.GivenUp)
        {
            reason = $"{record.Failure}; it is given up until its address or the policy changes";
            return true;
        }

        if (record.NotBefore <= _now)
            return false;
        reason = record.Failure!;
        BeDue(record.NotBefore);
        return true;
    }

    /// <summary>Whether a subflow is there, not about to go, and not settled yet.</summary>
    private bool IsLive(int index)
        => !_claimed[index] && _connection.Subflows[index] is { State: not (SubflowState.Closed or SubflowState.Failed) } subflow && !IsEnding(subflow);

    // Of an attempt the state does not show it: what the kernel tells of its end must find it as an attempt.
    private bool IsEnding(Subflow subflow)
        => subflow.State == SubflowState.Closing
        || (subflow.Pending && _memory.Find(PathKey.Of(subflow)) is { IsEnding: true })
        || IsWithdrawn(subflow.LocalId);

    private bool IsWithdrawn(byte id)
    {
        foreach (var step in _steps)
        {
            if (step.Kind == PathStepKind.Withdraw && step.Id == id)
                return true;
        }

        return false;
    }

    /// <summary>Whether a policy of this host made a subflow, so that it may end it.</summary>
    private bool IsOwn(Subflow subflow) => subflow.Maker switch
    {
        SubflowMaker.Policy or SubflowMaker.Controller => true,
        SubflowMaker.Host => _memory.HostIsPolicy && _memory.Find(PathKey.Of(subflow)) is not { MadeByHand: true },
        _ => false,
    };

    private bool Covers(PathWant want, Subflow subflow)
        => want.Covers(subflow, _host.Find(subflow.Local.Address), IsIncoming(subflow));

    private bool IsIncoming(Subflow subflow) => subflow.Initial ? _connection.ServerSide : subflow.Maker == SubflowMaker.Peer;

    private int RankOf(Subflow subflow)
        => (subflow.Pending ? 2 : 0) + (subflow.Initial || !IsOwn(subflow) ? 0 : 1);

    private string NameOf(Subflow subflow) => _host.Find(subflow.Local.Address)?.InterfaceName ?? "";

    private void BeDue(TimeSpan moment)
    {
        if (_due is null || moment < _due)
            _due = moment;
    }
}
