using System.Net;

namespace Mptcp.ControlPlane.Client;

/// <summary>A path that a connection shall have beside its initial subflow.</summary>
/// <param name="Local">The local address.</param>
/// <param name="Remote">The remote address and port; the port is not 0.</param>
/// <param name="Backup">Whether it shall carry data only while no other can.</param>
public sealed record WantedPath(IPAddress Local, IPEndPoint Remote, bool Backup = false)
{
    /// <summary>The network interface to bind a new subflow to; empty for none. Subflows that exist are not told apart by it.</summary>
    public string Interface { get; init; } = "";
}
