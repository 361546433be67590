using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <content>When backups are more than that.</content>
internal sealed partial class PathPlanner
{
    private bool IsLacking(List<PathWant> wants) => _policy.Backup switch
    {
        null => false,
        { ActiveWhen: BackupTrigger.NoneLeft } => !_connection.Subflows.Any(CarriesRegularly),
        _ => HasLostOne(wants) || wants.Exists(HasFailed),
    };

    private bool IsActive()
    {
        if (!_lacks)
            return false;
        var due = (_memory.LacksSince ?? _now) + _policy.Backup!.After;
        if (due <= _now)
            return true;
        BeDue(due);
        return false;
    }

    private bool CarriesRegularly(Subflow subflow)
        => subflow is { State: SubflowState.Established, RemoteBackup: false }
        && _host.Find(subflow.Local.Address) is { Carries: true } from && !IsStandby(from);

    private IReadOnlyList<(PathKey Key, string InterfaceName)> FindCarrying()
    {
        if (_policy.Backup is not { ActiveWhen: BackupTrigger.AnyLost })
            return [];
        return [.. _connection.Subflows.Where(subflow => !IsIncoming(subflow) && CarriesRegularly(subflow))
            .Select(subflow => (PathKey.Of(subflow), NameOf(subflow)))];
    }

    /// <summary>Whether a path was there once that is wanted, or whose interface is gone, and does not carry data now.</summary>
    private bool HasLostOne(List<PathWant> wants)
    {
        foreach (var (key, record) in _memory.Paths)
        {
            if (record is { RegularOn: { } interfaceName, EndedByHand: false }
                && (_host.Find(key.Local) is null
                    ? !_host.All.Any(from => from.InterfaceName == interfaceName)
                    : wants.Exists(want => want.Candidates.Any(candidate => candidate.Key == key)))
                && !_connection.Subflows.Any(subflow => PathKey.Of(subflow) == key && CarriesRegularly(subflow)))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasFailed(PathWant want)
        => !want.Standby
        && want.Candidates.All(candidate => _memory.Find(candidate.Key) is { Failures: > 0 })
        && !_connection.Subflows.Any(subflow => Covers(want, subflow) && CarriesRegularly(subflow));
}
