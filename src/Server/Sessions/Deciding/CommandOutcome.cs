using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>What came of a command outside of any decision.</summary>
/// <param name="CorrelationId">Names the command.</param>
/// <param name="Namespace">The namespace of the connection.</param>
/// <param name="Token">The connection's token.</param>
/// <param name="Outcome">What came of it.</param>
internal sealed record CommandOutcome(ulong CorrelationId, string Namespace, uint Token, OrderOutcome Outcome)
{
    /// <summary>Whether an earlier command with its request id was done, and this is that one's.</summary>
    public bool Replayed { get; init; }
}
