using System.Net;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>One announcement of a connection: whether it is wanted, and whether it is there.</summary>
/// <param name="Address">The address, and the port where one is announced.</param>
/// <param name="Id">Its address id; 0 where it is not announced.</param>
/// <param name="Wanted">Whether the policy wants it.</param>
/// <param name="Step">What is done about it now, or would be if the policy were enforced.</param>
/// <param name="Reason">Why it is as it is, where there is something to say; else empty.</param>
internal sealed record ExplainedAnnouncement(IPEndPoint Address, byte Id, bool Wanted, PathStepKind Step, string Reason)
{
    /// <summary>When it is tried again; null where no time has to pass.</summary>
    public DateTimeOffset? RetryTime { get; init; }
}
