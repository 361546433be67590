using System.Net;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What paths are told apart by: this host's address, and the peer's with its port.</summary>
internal readonly record struct PathKey(IPAddress Local, IPEndPoint Remote)
{
    public static PathKey Of(Subflow subflow) => new(subflow.Local.Address, subflow.Remote);
}
