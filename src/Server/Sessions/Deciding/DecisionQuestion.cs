using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>What a controller is asked.</summary>
/// <param name="Id">Names it; no two of a session are the same.</param>
/// <param name="Connection">The connection as it is.</param>
/// <param name="Reasons">Why it is asked, the oldest first.</param>
/// <param name="Policy">The policy that delegates.</param>
/// <param name="LocalAddresses">The addresses that subflows may begin from.</param>
internal sealed record DecisionQuestion(
    ulong Id, Connection Connection, ImmutableArray<DecisionReason> Reasons, PathPolicy Policy, ImmutableArray<HostPath> LocalAddresses);
