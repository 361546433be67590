using System.Globalization;
using Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>Connections about which remote controllers decide.</content>
internal sealed partial class PathKeeper
{
    // A controller takes a moment to come back after the daemon does; until then what it decided before stays.
    private static readonly TimeSpan RestartGrace = TimeSpan.FromSeconds(5);

    /// <summary>Looks at all connections again, as the primary of a role may be another, or heard of again.</summary>
    public void NoteControllersChanged() => QueueAll();

    /// <summary>Whether a policy delegates a connection, as far as can be told from what an event tells of it.</summary>
    public bool IsDelegated(BegunConnection begun)
    {
        if (!IsDeciding || _hostChanged || !_desk.HasAny)
            return false;
        var connection = begun.AsEstablished(_namespaceName);
        var kept = KeptOf(connection);
        Match(kept, connection);
        return kept.Policy?.Delegation is { } delegation && _desk.Find(delegation.Role) is not null;
    }

    /// <summary>The primary in whose scope a connection is; null for none.</summary>
    public Seat? FindHolder(uint token)
        => _desk.HasAny && _connections.Find(token) is { } connection ? FindHolder(connection, Known(connection)) : null;

    /// <summary>Counts the connections that are delegated.</summary>
    public void CountDelegated(DelegationCounts counts)
    {
        foreach (var kept in _kept.Values)
        {
            if (kept.Delegated is { } state)
                counts.Add(state);
        }
    }

    /// <summary>Explains who decides about a delegated connection.</summary>
    /// <returns>True when the daemon does not; else the policy becomes what it decides by.</returns>
    private static bool Explain(KeptConnection kept, PathNotes notes, ref PathPolicy policy)
    {
        if (kept.Delegated is not { } state)
            return false;
        var who = state.Controller is { } controller ? $"the controller {controller.Identity.Name} (session {controller.Identity.Id})" : "a controller";
        if (state.Question is { } question)
        {
            notes.Remark(string.Create(CultureInfo.InvariantCulture, $"{who} of the role {state.Role} is asked what to do (decision {question.Id})"));
            return true;
        }

        switch (state.Standing)
        {
            case DelegationStanding.Controller:
                notes.Remark($"{who} of the role {state.Role} decides");
                return true;
            case DelegationStanding.Deferred:
                notes.Remark($"{who} of the role {state.Role} leaves it to a strategy");
                policy = state.With(policy, state.DeferredTo);
                return false;
            case DelegationStanding.Undecided:
                notes.Remark($"it is being found out who decides: the role {state.Role}, or the fallback");
                return true;
            default:
                notes.Remark($"the fallback decides: no controller of the role {state.Role} does");
                return false;
        }
    }

    /// <summary>Ends what is asked of a namespace that is served no longer.</summary>
    public void EndDelegations()
    {
        foreach (var kept in _kept.Values)
            EndDelegation(kept);
    }

    /// <summary>Finds out who decides about a delegated connection, and asks it.</summary>
    /// <returns>The strategy by which the daemon does; null while a controller does, or may in a moment.</returns>
    private PathStrategy? Delegate(Connection connection, KeptConnection kept, PathPolicy policy, Delegation delegation, TimeSpan now)
    {
        if (_revision.Enforcement != PolicyEnforcement.Enforce)
            return delegation.Fallback;
        var state = DelegatedTo(delegation.Role, kept);
        CountSubflows(state, connection);
        if (IsBeyondSubflows(connection, kept))
        {
            CloseQuestion(state, SessionRefusal.ConnectionNotEstablished, "the connection can have no subflows");
            return delegation.Fallback;
        }

        var seat = _desk.Find(delegation.Role);
        var isReached = seat?.Role.Scope.Matches(FactsOf(connection, kept));
        if (seat is null || isReached == false)
            return WithoutController(connection, state, delegation, now);
        if (isReached is null && !AwaitOwner(connection, kept, state, delegation, now))
            return delegation.Fallback;
        if (isReached is null || !seat.IsOpen)
            return state.Standing == DelegationStanding.Undecided ? null : StrategyOf(state, delegation);
        // The same one may be back: it does not know what happened meanwhile.
        if (state.LostAt is not null || state.Seat != seat)
            BeginWith(seat, state, connection, kept);
        else if (state.Standing == DelegationStanding.Fallback && state.Question is null && IsToBeHandedOver(seat, state))
            AddReason(state, new DecisionReason(DecisionCause.HandedOver));
        if (state.Question is null && state.Reasons.Count > 0 && state.Standing != DelegationStanding.Deferred)
        {
            if (_desk.UntilAsked(seat) == TimeSpan.Zero)
                Ask(seat, state, connection, policy, now);
            else
                state.FallBack();
        }

        if (state.Question is { } question)
            return Await(seat, connection, kept, state, question, delegation, now);
        if (state.Standing == DelegationStanding.Fallback)
            BeAskedAboutAgain(seat, connection, kept, now);
        return StrategyOf(state, delegation);
    }

    /// <summary>Waits until it is found out who has a connection, and so whether the role reaches it: mostly a moment. False where that took too long.</summary>
    private bool AwaitOwner(Connection connection, KeptConnection kept, DelegatedConnection state, Delegation delegation, TimeSpan now)
    {
        CloseQuestion(state, SessionRefusal.ScopeExceeded, "nobody knows who has the connection, and the scope of the role asks for it");
        var until = (state.LostAt ??= now) + delegation.Deadline;
        if (now < until)
            BeDue(connection.Token, kept, until);
        else
            state.FallBack();
        return now < until;
    }

    /// <summary>Who decides about a connection, from what is known now; null for no controller.</summary>
    private Seat? FindHolder(Connection connection, KeptConnection kept)
    {
        var facts = FactsOf(connection, kept);
        if (kept.Policy?.Delegation is not { } delegation || _desk.Find(delegation.Role) is not { } seat)
            return _desk.FindHolder(facts);
        var isReached = seat.Role.Scope.Matches(facts) ?? kept.Delegated?.Standing != DelegationStanding.Fallback;
        return isReached ? seat : _desk.FindHolder(facts);
    }

    /// <summary>What is kept of a connection, with its policy as it is now.</summary>
    private KeptConnection Known(Connection connection)
    {
        if (_hostChanged)
            UpdateHost();
        var kept = KeptOf(connection);
        Match(kept, connection);
        return kept;
    }

    private DelegatedConnection DelegatedTo(string role, KeptConnection kept)
    {
        if (kept.Delegated is { } other && other.Role != role)
            EndDelegation(kept);
        return kept.Delegated ??= new DelegatedConnection(role);
    }

    private static PathStrategy? StrategyOf(DelegatedConnection state, Delegation delegation) => state.Standing switch
    {
        DelegationStanding.Controller => null,
        DelegationStanding.Deferred => state.DeferredTo,
        _ => delegation.Fallback,
    };

    private PathStrategy? WithoutController(Connection connection, DelegatedConnection state, Delegation delegation, TimeSpan now)
    {
        CloseQuestion(state, SessionRefusal.NotPrimary, "another session is primary, or none");
        var lostAt = state.LostAt ??= now;
        var isFound = state.Standing == DelegationStanding.Undecided && _foundAtStart.Contains(connection.Token);
        if (isFound || state.Standing is DelegationStanding.Controller or DelegationStanding.Deferred)
        {
            var until = lostAt + (isFound ? RestartGrace : delegation.Deadline);
            if (now < until)
            {
                BeDue(connection.Token, _kept[connection.Token], until);
                return isFound ? null : StrategyOf(state, delegation);
            }
        }

        state.FallBack();
        return delegation.Fallback;
    }

    private void BeginWith(Seat seat, DelegatedConnection state, Connection connection, KeptConnection kept)
    {
        CloseQuestion(state, SessionRefusal.NotPrimary, "another session is primary");
        var isNew = !kept.IsDecided && !_foundAtStart.Contains(connection.Token);
        state.Seat = seat;
        state.Returns = seat.Returns;
        state.LostAt = null;
        if (state.Standing == DelegationStanding.Deferred)
            state.Standing = DelegationStanding.Controller;
        AddReason(state, new DecisionReason(isNew ? DecisionCause.Established : DecisionCause.HandedOver));
    }

    private void EndDelegation(KeptConnection kept)
    {
        if (kept.Delegated is not { } state)
            return;
        CloseQuestion(state, SessionRefusal.ConnectionNotEstablished, "the connection ended, or is delegated no longer");
        _desk.CountSubflows(state.Role, -state.Subflows);
        kept.Delegated = null;
    }

    private void CountSubflows(DelegatedConnection state, Connection connection)
    {
        var count = connection.Subflows.Count(subflow => subflow is
        {
            Maker: SubflowMaker.Controller, State: not (SubflowState.Closed or SubflowState.Failed)
        });
        _desk.CountSubflows(state.Role, count - state.Subflows);
        state.Subflows = count;
    }

    private static bool IsBeyondSubflows(Connection connection, KeptConnection kept)
        => kept.Memory.KernelDecides || connection.PathManager == PathManagerType.Kernel
        || connection.State is ConnectionState.Fallback or ConnectionState.Closed;

    private static ConnectionFacts FactsOf(Connection connection, KeptConnection kept) => new(connection, kept.Memory.InterfaceName);
}
