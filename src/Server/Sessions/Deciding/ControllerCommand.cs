using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>A command outside of any decision.</summary>
/// <param name="CorrelationId">Names it in its answer.</param>
/// <param name="RequestId">What makes it harmless when it comes again; empty for nothing.</param>
/// <param name="Namespace">The namespace of the connection.</param>
/// <param name="Token">The connection's token.</param>
/// <param name="ConnectionId">The connection's id; 0 for whichever has the token.</param>
/// <param name="ValidateOnly">Whether it is checked only.</param>
/// <param name="Order">What to do.</param>
internal sealed record ControllerCommand(
    ulong CorrelationId, string RequestId, string Namespace, uint Token, ulong ConnectionId, bool ValidateOnly, PathOrder Order)
{
    /// <summary>Whether another command is the same, its correlation id apart.</summary>
    public bool IsRepeatedBy(ControllerCommand other) => this == other with
    {
        CorrelationId = CorrelationId,
        // What an order names may be gone since, and then it cannot be read any more.
        Order = other.Order is PathOrder.Refused ? Order : other.Order,
    };
}
