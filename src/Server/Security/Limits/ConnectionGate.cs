using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Mptcp.ControlPlane.Server.Security.Identity;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>What connections go through before anything is read of them, be it TLS: those that are too many are closed.</summary>
internal sealed class ConnectionGate(ConnectionLedger connections, LimitsInForce limits, LimitReports reports, TimeProvider time)
{
    /// <summary>Takes a connection in, until its end, or closes it.</summary>
    public async Task PassAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var (peer, isLocal) = PeerOf(connection);
        if (connections.Enter(peer, isLocal) is { } exceeded)
        {
            // Nothing could be said to somebody who may not even speak HTTP/2.
            reports.Refused(exceeded, peer);
            connection.Abort(new ConnectionAbortedException("there are too many connections"));
            return;
        }

        try
        {
            using var wait = new FirstRequestWait(
                connection, limits.Rules.FirstByte, time, () => reports.Refused(LimitKind.FirstByteSeconds, peer));
            connection.Features.Set(wait);
            await next(connection);
        }
        finally
        {
            connections.Leave(peer, isLocal);
        }
    }

    private static (string Name, bool IsLocal) PeerOf(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
            return (LocalCaller.NameOf(PeerCredentials.ReadUser(socket)), true);
        return (connection.RemoteEndPoint is IPEndPoint { Address: var address } ? NetworkOf(address) : RemoteCaller.Anonymous, false);
    }

    // Whoever has one address of IPv6 has some 2^64 of them.
    internal static string NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
