using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>What a policy wants of the endpoints and limits of a namespace, what is, and why each difference remains.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Policy">The policy that decides about them; null for none.</param>
/// <param name="Remark">What holds for all of it, such as why nothing is done; null for nothing.</param>
internal sealed record NamespaceExplanation(string Namespace, PathPolicy? Policy, string? Remark)
{
    /// <summary>The endpoints that are wanted, and those that are there.</summary>
    public ImmutableArray<ExplainedEndpoint> Endpoints { get; init; } = [];

    /// <summary>The limits; null where they could not be read.</summary>
    public ExplainedLimits? Limits { get; init; }

    /// <summary>Whether something is done, or has to wait.</summary>
    public bool IsDifferent => Limits is { Step: not EndpointStepKind.None }
        || Endpoints.Any(one => one.Step != EndpointStepKind.None || (one.WantedFlags is not null && one.Flags is null)
            || (one.MadeByPolicy && one.WantedFlags != one.Flags));
}
