using System.Net;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>What the kernel's own path manager has in a namespace.</summary>
/// <param name="All">Every endpoint, by id.</param>
/// <param name="Limits">The limits.</param>
internal sealed record KernelEndpoints(IReadOnlyList<Endpoint> All, EndpointLimits Limits)
{
    /// <summary>The endpoints that policies made.</summary>
    public IReadOnlyCollection<MadeEndpoint> Made { get; init; } = [];

    /// <summary>The limits that policies have set; null where they have set none.</summary>
    public SetLimits? SetLimits { get; init; }

    /// <summary>The connections of the namespace, of whichever path manager.</summary>
    public IEnumerable<Connection> Connections { get; init; } = [];

    /// <summary>The subflows that end with the endpoint of a place.</summary>
    public IEnumerable<(uint Token, SubflowEnds Subflow)> SubflowsFrom(IPEndPoint place) => Connections
        .Where(connection => connection.PathManager != PathManagerType.Userspace)
        .SelectMany(connection => connection.Subflows
            .Where(subflow => RunsFrom(subflow, place))
            .Select(subflow => (connection.Token, subflow.Ends)));

    /// <summary>Whether a subflow runs from the place of an endpoint: one without a port takes those from every port.</summary>
    public static bool RunsFrom(Subflow subflow, IPEndPoint place)
        => subflow.Local.Address.Equals(place.Address) && (place.Port == 0 || subflow.Local.Port == place.Port);

    /// <summary>The address of an endpoint, and its port where it has one.</summary>
    public static IPEndPoint PlaceOf(Endpoint endpoint) => new(endpoint.Address, endpoint.Port);
}
