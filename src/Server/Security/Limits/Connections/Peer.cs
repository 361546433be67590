using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Security.Identity;

namespace Mptcp.ControlPlane.Server.Security.Limits.Connections;

/// <summary>Who is at the other end of a connection, as far as can be known before anything is read of it.</summary>
/// <param name="Name">A user or a network address.</param>
/// <param name="IsLocal">Whether the connection is one of the Unix socket.</param>
internal sealed record Peer(string Name, bool IsLocal)
{
    /// <summary>Asks the kernel.</summary>
    /// <exception cref="SocketException">The connection is gone already.</exception>
    public static Peer Of(Socket socket)
    {
        if (socket.AddressFamily == AddressFamily.Unix)
            return new Peer(LocalCaller.NameOf(PeerCredentials.ReadUser(socket)), IsLocal: true);
        return new Peer(socket.RemoteEndPoint is IPEndPoint { Address: var address } ? NetworkOf(address) : RemoteCaller.Anonymous, IsLocal: false);
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
