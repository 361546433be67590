using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>The limits of a namespace: what is wanted of them and what is.</summary>
/// <param name="Current">What they are.</param>
/// <param name="Wanted">What they shall be; null where nothing is wanted of them.</param>
/// <param name="Before">What they become when no policy decides any more; null where none has set them.</param>
/// <param name="Step">What is done about them now, or would be if the policy were enforced.</param>
/// <param name="Reason">Why they are as they are, where there is something to say; else empty.</param>
internal sealed record ExplainedLimits(
    EndpointLimits Current, EndpointLimits? Wanted, EndpointLimits? Before, EndpointStepKind Step, string Reason);
