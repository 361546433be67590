namespace Mptcp.ControlPlane.Client;

/// <summary>A request that was left without an answer that holds.</summary>
/// <param name="Context">What was asked.</param>
/// <param name="Cause">Why.</param>
/// <param name="Error">What the daemon said to the answer; null where none was sent.</param>
public sealed record MissedDecision(DecisionContext Context, MissedDecisionCause Cause, ControlPlaneError? Error = null);
