using System.Buffers.Binary;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using static Tmds.Linux.LibC;

namespace Mptcp.Crowds;

/// <summary>MPTCP sockets, and what they know of themselves.</summary>
static class MptcpSockets
{
    const int IpProtoMptcp = 262; // linux/in.h; .NET's own constructor refuses it
    const int SolMptcp = 284;
    const int OptionInfo = 1; // MPTCP_INFO
    const int OptionCookie = 57; // SO_COOKIE

    /// <summary>Opens a socket of the family of an address.</summary>
    /// <exception cref="Win32Exception">The kernel refuses: EMFILE, for one.</exception>
    public static Socket Open(AddressFamily family, bool multipath = true)
    {
        var domain = family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;
        var descriptor = socket(domain, SOCK_STREAM | SOCK_CLOEXEC, multipath ? IpProtoMptcp : IPPROTO_TCP);
        return descriptor >= 0 ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true)) : throw new Win32Exception(errno);
    }

    /// <summary>A line with all that names a connection: LOCAL REMOTE TOKEN COOKIE, the token 0 where the socket has none of its own.</summary>
    public static string Describe(Socket socket)
    {
        Span<byte> cookie = stackalloc byte[8];
        socket.GetRawSocketOption(SOL_SOCKET, OptionCookie, cookie);
        return $"{(IPEndPoint)socket.LocalEndPoint!} {(IPEndPoint)socket.RemoteEndPoint!} {ReadToken(socket)} {BinaryPrimitives.ReadUInt64LittleEndian(cookie)}";
    }

    static uint ReadToken(Socket socket)
    {
        Span<byte> info = stackalloc byte[16]; // struct mptcp_info up to the token
        try
        {
            socket.GetRawSocketOption(SolMptcp, OptionInfo, info);
            return BinaryPrimitives.ReadUInt32LittleEndian(info[12..]);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            return 0;
        }
    }
}
