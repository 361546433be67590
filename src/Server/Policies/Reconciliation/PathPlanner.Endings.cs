using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <content>What is ended.</content>
internal sealed partial class PathPlanner
{
    /// <summary>Ends the subflows that run from addresses that this host has lost, and withdraws those, so that the peer ends them too.</summary>
    private void PlanLost()
    {
        // The last one costs nothing, and the connection is given up a minute after its end: it stays until another carries.
        var anotherCarries = _connection.Subflows.Any(Carries);
        var lost = new List<Subflow>();
        for (var index = 0; index < _claimed.Length; index++)
        {
            var subflow = _connection.Subflows[index];
            if (!IsLive(index) || !HasLostAddress(subflow))
                continue;
            _claimed[index] = true;
            if (subflow.Maker == SubflowMaker.Caller || _memory.Find(PathKey.Of(subflow)) is { MadeByHand: true })
            {
                _notes?.Kept(subflow, "", PathStepKind.None, "this host has lost its address; it was made by hand and stays", wanted: false);
                continue;
            }

            if (!anotherCarries)
            {
                _notes?.Kept(subflow, "", PathStepKind.None, "this host has lost its address; it is ended when another subflow carries data", wanted: false);
                continue;
            }

            if (subflow.Local.Port == 0)
            {
                _notes?.Kept(subflow, "", PathStepKind.None, "this host has lost its address; it is ended when its handshake is over", wanted: false);
                continue;
            }

            _notes?.Kept(subflow, "", PathStepKind.Destroy, "this host has lost its address", wanted: false);
            lost.Add(subflow);
        }

        if (lost.Count == 0)
            return;
        // What tells the peer goes over the oldest subflow that is left. The initial one, which that would be, is ended first.
        foreach (var same in lost.GroupBy(subflow => subflow.LocalId).OrderBy(same => same.Key))
        {
            if (same.Key != 0 && !IsWithdrawn(same.Key))
                _steps.Add(PathStep.Withdraw(same.Key, AnnouncedAs(same.Key)));
            _steps.AddRange(same.Select(PathStep.Destroy));
        }
    }

    private bool HasLostAddress(Subflow subflow)
        => IsOwn(subflow) ? !_host.Has(subflow.Local.Address) : _host.HasLost(subflow.Local.Address);

    /// <summary>Ends what nobody wants and this host's policies made.</summary>
    private void PlanRest()
    {
        for (var index = 0; index < _claimed.Length; index++)
        {
            if (!IsLive(index))
                continue;
            var subflow = _connection.Subflows[index];
            if (subflow.Initial || !IsOwn(subflow))
            {
                // A backup that was one for a policy that is no more.
                var step = PriorityStep(subflow, IsStandby(subflow) && !_active, out var reason);
                if (step is { } change)
                    _steps.Add(change);
                if (reason.Length == 0)
                    reason = PathWords.Describe(subflow.Maker);
                _notes?.Kept(subflow, NameOf(subflow), step?.Kind ?? PathStepKind.None, reason, wanted: false);
            }
            else
            {
                Destroy(subflow, WhyUnwanted(subflow));
            }
        }
    }

    private void Destroy(Subflow subflow, string why)
    {
        // The kernel ends a subflow by its ports, and has not told the one that it chose.
        if (subflow.Local.Port == 0)
        {
            _notes?.Kept(subflow, NameOf(subflow), PathStepKind.None, $"{why}; it is ended when its handshake is over", wanted: false);
            return;
        }

        // A connection without any is given up a minute later.
        if (Carries(subflow) && !_connection.Subflows.Any(other => other != subflow && Carries(other) && !IsDestroyed(other)))
        {
            _notes?.Kept(subflow, NameOf(subflow), PathStepKind.None, $"{why}; it is ended when another subflow carries data", wanted: false);
            return;
        }

        _steps.Add(PathStep.Destroy(subflow));
        _notes?.Kept(subflow, NameOf(subflow), PathStepKind.Destroy, why, wanted: false);
    }

    private bool IsDestroyed(Subflow subflow)
    {
        foreach (var step in _steps)
        {
            if (step.Kind == PathStepKind.Destroy && step.Subflow == subflow)
                return true;
        }

        return false;
    }

    /// <summary>Whether a subflow can carry data now, and goes on to.</summary>
    private bool Carries(Subflow subflow)
        => subflow.State == SubflowState.Established && !IsEnding(subflow) && _host.Find(subflow.Local.Address) is { Carries: true };

    private string WhyUnwanted(Subflow subflow)
    {
        if (_host.Find(subflow.Local.Address) is not { } from)
            return "its address is of no interface that a path can begin from";
        if (!from.IsAllowedBy(_policy))
            return $"the policy does not allow {from.InterfaceName}, or this family of addresses";
        return IsStandby(subflow) && !_active && _policy.Backup!.Standby == BackupStandby.Cold
            ? "it is for backup and rests, as other paths are enough"
            : "the policy does not want it";
    }
}
