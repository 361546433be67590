using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>Collects what a plan is made of, for whoever asks for an explanation.</summary>
/// <param name="toTime">Turns a moment of the planner's clock into a time.</param>
internal sealed class EndpointNotes(Func<TimeSpan, DateTimeOffset> toTime)
{
    private readonly List<ExplainedEndpoint> _endpoints = [];
    private ExplainedLimits? _limits;

    /// <summary>Notes an endpoint that is there.</summary>
    public void There(Endpoint endpoint, EndpointWant? want, string interfaceName, bool madeByPolicy, EndpointStepKind step, string reason)
        => _endpoints.Add(new ExplainedEndpoint(KernelEndpoints.PlaceOf(endpoint), interfaceName, step, reason)
        {
            Id = endpoint.Id,
            Flags = endpoint.Flags,
            WantedFlags = want?.Flags,
            MadeByPolicy = madeByPolicy,
        });

    /// <summary>Notes an endpoint that is not there.</summary>
    public void Missing(EndpointWant want, PathRecord? record, EndpointStepKind step, string reason)
    {
        var failed = record?.HasFailedSince(want.From?.Generation ?? 0) == true ? record : null;
        _endpoints.Add(new ExplainedEndpoint(want.Place, want.From?.InterfaceName ?? "", step, reason)
        {
            WantedFlags = want.Flags,
            Failures = failed?.Failures ?? 0,
            RetryTime = failed is { GivenUp: false } && reason == failed.Failure ? toTime(failed.NotBefore) : null,
        });
    }

    /// <summary>Notes the limits.</summary>
    public void Limits(KernelEndpoints kernel, EndpointLimits? wanted, EndpointStepKind step, string reason)
        => _limits = new ExplainedLimits(kernel.Limits, wanted, kernel.SetLimits?.Before, step, reason);

    /// <summary>What was noted.</summary>
    public NamespaceExplanation Explain(string namespaceName, PathPolicy? policy)
        => new(namespaceName, policy, policy is null ? "no policy of the mode kernel matches" : null) { Endpoints = [.. _endpoints], Limits = _limits };
}
