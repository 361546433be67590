using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>What came of a decision.</summary>
/// <param name="Id">That of the question.</param>
/// <param name="Refusal">Why it was not accepted; null when it was.</param>
/// <param name="Outcomes">What came of each order of an accepted one.</param>
/// <param name="Namespace">The namespace of the connection; empty where that is not known.</param>
/// <param name="Token">The connection's token.</param>
internal sealed record DecisionOutcome(
    ulong Id, SessionRefusedException? Refusal, ImmutableArray<OrderOutcome> Outcomes, string Namespace = "", uint Token = 0);
