using System.Net;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Native.Diagnostics;

/// <summary>An MPTCP socket, as sock_diag shows it: a connection as a whole, or a listener.</summary>
/// <inheritdoc/>
public sealed record MptcpSocket(ulong Cookie, IPEndPoint Local, IPEndPoint Remote, SocketState State, uint UserId, uint Inode)
    : InternetSocket(Cookie, Local, Remote, State, UserId, Inode)
{
    /// <summary>The state of Multipath TCP, where it was asked for (<see cref="SocketExtensions.Info"/>).</summary>
    public MptcpInfo? Info { get; init; }

    /// <summary>
    /// A number for a connection that no other has while the host is up: the cookie, with the token in its upper half. The cookie
    /// alone is none. The kernel gives a listener one when somebody asks for it, <c>ss</c> for instance, and every connection
    /// accepted from then on inherits it (seen on Linux 6.18).
    /// </summary>
    /// <param name="token">The connection's local token.</param>
    public ulong ConnectionId(uint token) => Cookie ^ ((ulong)token << 32);

    /// <summary>
    /// True when its application has closed it, which the kernel has told of as the connection's end, and only the handshake at the
    /// end goes on. A socket that waits to be accepted has no inode either, but is in one of two other states.
    /// </summary>
    public bool IsEnding => Inode == 0 && State is not (SocketState.Established or SocketState.CloseWait);
}
