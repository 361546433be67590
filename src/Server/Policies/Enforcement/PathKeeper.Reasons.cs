using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>What happens to delegated connections, of which their controllers are asked next.</content>
internal sealed partial class PathKeeper
{
    private const int MostReasons = 32;

    /// <summary>Notes what happened to a delegated connection, of which its controller is asked next.</summary>
    private void NoteReason(StateEvent told, Connection connection, KeptConnection kept)
    {
        if (kept.Delegated is not { } state)
            return;
        CountSubflows(state, connection);
        if (!IsControllers(state))
            return;
        switch (told)
        {
            case { Type: StateEventType.AddressAnnounced, Address: { } address }:
                AddReason(state, new DecisionReason(DecisionCause.AddressAnnounced) { Address = address });
                break;
            case { Type: StateEventType.AddressRemoved, Address: { } address }:
                AddReason(state, new DecisionReason(DecisionCause.AddressRemoved) { Address = address });
                break;
            case { Type: StateEventType.SubflowEstablished, Subflow: { } subflow } when IsNews(subflow, state):
                AddReason(state, new DecisionReason(DecisionCause.SubflowAppeared) { Subflow = subflow });
                break;
            case { Type: StateEventType.SubflowClosed, Subflow: { } subflow } when !IsEnding(kept, subflow):
                AddReason(state, new DecisionReason(DecisionCause.SubflowClosed) { Subflow = subflow });
                break;
            case { Type: StateEventType.SubflowFailed, Subflow: { } subflow } when !IsEnding(kept, subflow):
                AddReason(state, new DecisionReason(DecisionCause.SubflowFailed) { Subflow = subflow });
                break;
        }
    }

    /// <summary>Notes how this host's addresses changed, of which the controllers of delegated connections are asked.</summary>
    private void NoteHost(HostPaths before)
    {
        var reasons = _host.All.Where(path => path.IsUsable && before.Find(path.Address) is not { IsUsable: true })
            .Select(path => new DecisionReason(DecisionCause.LocalAddressUp) { LocalAddress = path })
            .Concat(before.All.Where(path => path.IsUsable && _host.Find(path.Address) is not { IsUsable: true })
                .Select(path => new DecisionReason(DecisionCause.LocalAddressDown) { LocalAddress = _host.Find(path.Address) ?? path }))
            .ToList();
        if (reasons.Count == 0)
            return;
        foreach (var kept in _kept.Values)
        {
            if (kept.Delegated is { } state && IsControllers(state))
                reasons.ForEach(reason => AddReason(state, reason));
        }
    }

    private static void AddReason(DelegatedConnection state, DecisionReason reason)
    {
        // The connection itself, which is told with them, shows what there is; and who has been handed it over needs no telling twice.
        if (state.Reasons.Count < MostReasons && (reason.Cause != DecisionCause.HandedOver || !state.Reasons.Exists(known => known.Cause == reason.Cause)))
            state.Reasons.Add(reason);
    }

    // What happens while a controller is asked is not in what it was asked.
    private static bool IsControllers(DelegatedConnection state) => state.Standing == DelegationStanding.Controller || state.Question is not null;

    // Of the fallback, of a controller before, or of somebody who overrode; or this controller's, and under way when it was asked last: it
    // could neither end it nor change it then.
    private static bool IsNews(Subflow subflow, DelegatedConnection state) => subflow.Maker switch
    {
        SubflowMaker.Policy or SubflowMaker.Caller or SubflowMaker.Host => true,
        SubflowMaker.Controller => subflow.Request < state.FirstRequest,
        _ => false,
    };

    private static bool IsEnding(KeptConnection kept, Subflow subflow) => kept.Memory.Find(PathKey.Of(subflow)) is { IsEnding: true };
}
