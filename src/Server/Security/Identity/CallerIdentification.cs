using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>Finds out who is calling. What a connection proves is found out once for all its calls.</summary>
internal static class CallerIdentification
{
    private static readonly object OfConnection = new();

    /// <summary>Finds who makes a call.</summary>
    public static Caller Identify(HttpContext http)
    {
        var known = http.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        // Several calls of a connection may begin at once: all find the same.
        lock (known)
        {
            if (known.TryGetValue(OfConnection, out var caller))
                return (Caller)caller!;
            var found = Find(http);
            known[OfConnection] = found;
            return found;
        }
    }

    private static Caller Find(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
            return PeerCredentials.Read(socket);
        return new RemoteCaller(new IPEndPoint(http.Connection.RemoteIpAddress ?? IPAddress.None, http.Connection.RemotePort), Names: []);
    }
}
