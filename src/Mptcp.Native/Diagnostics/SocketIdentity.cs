using System.Net;

namespace Mptcp.Native.Diagnostics;

/// <summary>One TCP socket, by its addresses and by what keeps it from being taken for another.</summary>
/// <param name="Local">The local address and port.</param>
/// <param name="Remote">The remote address and port, of the same family.</param>
/// <param name="Cookie">The kernel's number for the socket, so that what was seen is what is meant though addresses are used again.</param>
public sealed record SocketIdentity(IPEndPoint Local, IPEndPoint Remote, ulong Cookie)
{
    /// <summary>The interface that the socket is bound to; the kernel does not find a bound socket without it.</summary>
    public int? InterfaceIndex { get; init; }

    /// <summary>The identity of a socket that was listed.</summary>
    /// <param name="socket">The socket.</param>
    public static SocketIdentity Of(TcpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return new SocketIdentity(socket.Local, socket.Remote, socket.Cookie) { InterfaceIndex = socket.InterfaceIndex };
    }
}
