namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>What comes of comparing the endpoints and limits of a namespace with its policy.</summary>
/// <param name="Steps">What is to be done now, in this order.</param>
/// <param name="Due">When to compare again though nothing has changed; null for not at all.</param>
internal readonly record struct EndpointPlan(IReadOnlyList<EndpointStep> Steps, TimeSpan? Due);
