using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.Native.PathManagement;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>Explanations of namespaces as answers show them.</summary>
internal static class NamespaceExplanationMapping
{
    public static Proto.NamespaceExplanation ToProto(NamespaceExplanation explanation) => new()
    {
        Namespace = explanation.Namespace,
        Policy = explanation.Policy?.Name ?? "",
        Remark = explanation.Remark ?? "",
        Endpoints = { explanation.Endpoints.Select(ToProto) },
        Limits = explanation.Limits is { } limits ? ToProto(limits) : null,
    };

    private static Proto.ExplainedEndpoint ToProto(ExplainedEndpoint endpoint) => new()
    {
        Address = AddressMapping.ToProto(endpoint.Place),
        Id = endpoint.Id,
        Interface = endpoint.InterfaceName,
        Wanted = endpoint.WantedFlags is not null,
        WantedFlags = { EndpointMapping.ToProto(endpoint.WantedFlags ?? EndpointFlags.None) },
        Flags = { EndpointMapping.ToProto(endpoint.Flags ?? EndpointFlags.None) },
        MadeByPolicy = endpoint.MadeByPolicy,
        Step = PolicyWords.EndpointSteps[endpoint.Step],
        Reason = endpoint.Reason,
        Failures = (uint)endpoint.Failures,
        RetryTime = endpoint.RetryTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
    };

    private static Proto.ExplainedLimits ToProto(ExplainedLimits limits) => new()
    {
        Current = ToProto(limits.Current),
        Wanted = limits.Wanted is { } wanted ? ToProto(wanted) : null,
        Before = limits.Before is { } before ? ToProto(before) : null,
        Step = PolicyWords.EndpointSteps[limits.Step],
        Reason = limits.Reason,
    };

    private static Proto.Limits ToProto(EndpointLimits limits) => new() { Subflows = limits.Subflows, AddAddrAccepted = limits.AcceptedAddresses };
}
