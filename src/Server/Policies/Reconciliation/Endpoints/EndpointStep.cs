using System.Net;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>One thing to do so that the endpoints and limits of a namespace become as its policy wants.</summary>
/// <param name="Kind">What is done; never <see cref="EndpointStepKind.None"/>.</param>
internal readonly record struct EndpointStep(EndpointStepKind Kind)
{
    /// <summary>The endpoint that is there, and is deleted or changed; null where there is none.</summary>
    public Endpoint? Endpoint { get; init; }

    /// <summary>What is wanted there; null where nothing is.</summary>
    public EndpointWant? Want { get; init; }

    /// <summary>The limits to set; null to leave what somebody else has set.</summary>
    public EndpointLimits? Limits { get; init; }

    /// <summary>The address, and the port where one belongs to it; null for limits.</summary>
    public IPEndPoint? Place => Want?.Place ?? (Endpoint is null ? null : KernelEndpoints.PlaceOf(Endpoint));

    public static EndpointStep Add(EndpointWant want, Endpoint? implicitly) => new(EndpointStepKind.Add) { Want = want, Endpoint = implicitly };

    public static EndpointStep Delete(Endpoint endpoint) => new(EndpointStepKind.Delete) { Endpoint = endpoint };

    public static EndpointStep Change(EndpointStepKind kind, Endpoint endpoint, EndpointWant want)
        => new(kind) { Endpoint = endpoint, Want = want };

    public static EndpointStep SetLimits(EndpointLimits limits) => new(EndpointStepKind.SetLimits) { Limits = limits };

    public static EndpointStep RestoreLimits(EndpointLimits? limits) => new(EndpointStepKind.RestoreLimits) { Limits = limits };
}
