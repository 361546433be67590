using System.Net;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>An endpoint that a policy has made. One that has another id was made by somebody else.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Place">Its address, and its port where it has one.</param>
internal readonly record struct MadeEndpoint(byte Id, IPEndPoint Place)
{
    public static MadeEndpoint Of(Endpoint endpoint) => new(endpoint.Id, KernelEndpoints.PlaceOf(endpoint));
}
