using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Sessions.Orders;

/// <summary>What came of an order.</summary>
/// <param name="Failure">Why it was refused; null when it was done.</param>
internal sealed record OrderOutcome(Exception? Failure)
{
    /// <summary>Nothing went wrong.</summary>
    public static OrderOutcome Done { get; } = new((Exception?)null);

    /// <summary>
    /// What comes of it in the end, where it is being done elsewhere and it was not refused so far; it never fails. Null where this is all.
    /// </summary>
    public Task<OrderOutcome>? Pending { get; init; }

    /// <summary>The subflow that was made, changed or ended.</summary>
    public Subflow? Subflow { get; init; }

    /// <summary>The address that was announced.</summary>
    public AnnouncedAddress? Address { get; init; }
}
