using System.Net;
using System.Net.Sockets;

namespace Mptcp.Crowds;

/// <summary>Sockets that listen at every address, of both families, so that subflows to any of them can join.</summary>
static class Listeners
{
    const int Backlog = 65535; // the kernel takes no more than net.core.somaxconn

    /// <param name="ports">At how many ports to listen; the kernel chooses them.</param>
    /// <param name="multipath">Whether to speak Multipath TCP, or plain TCP.</param>
    public static List<Socket> Open(int ports, bool multipath)
    {
        var listeners = new List<Socket>();
        for (var port = 0; port < ports; port++)
        {
            var listener = MptcpSockets.Open(AddressFamily.InterNetworkV6, multipath);
            listener.DualMode = true;
            listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            listener.Listen(Backlog);
            listeners.Add(listener);
        }

        return listeners;
    }

    /// <summary>The ports where they listen.</summary>
    public static IEnumerable<int> PortsOf(IEnumerable<Socket> listeners) => listeners.Select(listener => ((IPEndPoint)listener.LocalEndPoint!).Port);
}
