using System.Net;
using System.Net.Sockets;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>Prefixes of addresses.</summary>
internal static class Prefixes
{
    /// <summary>The prefix that holds one address and no other.</summary>
    public static IPNetwork Whole(IPAddress address) => new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
}
