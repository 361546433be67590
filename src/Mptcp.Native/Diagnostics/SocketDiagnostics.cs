using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Diagnostics.Codecs;
using Mptcp.Native.Diagnostics.Filters;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.Diagnostics;

/// <summary>
/// The sockets of one network namespace, asked of the kernel (<c>sock_diag(7)</c>). Reading needs no privilege. Any thread may
/// call it; calls on one instance take turns.
/// </summary>
/// <remarks>
/// The kernel lists sockets while they come and go, and says nothing of it: a socket that changes its state meanwhile may be listed twice,
/// with one cookie, or not at all. A socket that stays as it is, is listed once.
/// </remarks>
public sealed class SocketDiagnostics : IDisposable
{
    private readonly RequestChannel _channel;

    // Used while an answer is read, when nobody else's is.
    private readonly AddressCache _addresses = new();

    internal SocketDiagnostics(INetlinkTransport transport, Action<RequestOutcome>? observer = null)
    {
        _channel = new RequestChannel(transport, observer);
    }

    /// <summary>Opens the diagnostics of a network namespace.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="observer">Hears how each request ended, on the thread that made it.</param>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static SocketDiagnostics Open(NetworkNamespace networkNamespace, Action<RequestOutcome>? observer = null)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        return new SocketDiagnostics(networkNamespace.Invoke(() => NetlinkSocket.Open(NETLINK_SOCK_DIAG)), observer);
    }

    /// <summary>
    /// Lists MPTCP sockets. Connections that were plain TCP from their start are none; those that fell back are, until they are closed.
    /// </summary>
    /// <param name="query">Which, and what to ask of them.</param>
    /// <returns>All of them, or none is returned.</returns>
    /// <exception cref="SocketFilterException">The filter is too long.</exception>
    /// <exception cref="KernelRefusedException">
    /// The kernel refused: ENOENT when it was built without INET_MPTCP_DIAG, EPERM for a filter by mark without CAP_NET_ADMIN.
    /// </exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    /// <exception cref="NetlinkFormatException">Its answer has no sense.</exception>
    /// <exception cref="DumpInterruptedException">The list changed every time it was read.</exception>
    public List<MptcpSocket> ListMptcpSockets(SocketQuery query) => ListMptcpSockets(query, socket => socket);

    /// <summary>Lists what a caller wants to know of MPTCP sockets, without keeping the sockets.</summary>
    /// <typeparam name="T">What is kept.</typeparam>
    /// <param name="query">Which, and what to ask of them.</param>
    /// <param name="select">
    /// Takes what is to be kept. It is called again for each socket when the list is read again, and must not use this instance.
    /// </param>
    /// <inheritdoc cref="ListMptcpSockets(SocketQuery)"/>
    public List<T> ListMptcpSockets<T>(SocketQuery query, Func<MptcpSocket, T> select)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(select);
        var codec = new SocketCodec(query.Extensions, _addresses);
        return List(query, multipath: true, payload => select(codec.ReadMptcp(payload)));
    }

    /// <summary>Lists TCP sockets: the subflows of MPTCP connections, and those of plain TCP.</summary>
    /// <inheritdoc cref="ListMptcpSockets(SocketQuery)"/>
    public List<TcpSocket> ListTcpSockets(SocketQuery query) => ListTcpSockets(query, socket => socket);

    /// <summary>Lists what a caller wants to know of TCP sockets, without keeping the sockets.</summary>
    /// <inheritdoc cref="ListMptcpSockets{T}(SocketQuery, Func{MptcpSocket, T})"/>
    public List<T> ListTcpSockets<T>(SocketQuery query, Func<TcpSocket, T> select)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(select);
        var codec = new SocketCodec(query.Extensions, _addresses);
        return List(query, multipath: false, payload => select(codec.ReadTcp(payload)));
    }

    /// <summary>Asks whether this kernel can show MPTCP sockets (INET_MPTCP_DIAG), which <see cref="FindConnection"/> cannot tell.</summary>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public bool CanShowMptcpSockets()
    {
        try
        {
            // Nothing listens at port 0: the kernel has an empty list to give, or nobody to give it.
            ListMptcpSockets(new SocketQuery
            {
                Family = AddressFamily.InterNetwork,
                States = SocketStates.Listening,
                Filter = SocketFilter.LocalPort(0),
            });
            return true;
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.NotFound)
        {
            return false;
        }
    }

    /// <summary>Finds the MPTCP socket of a connection.</summary>
    /// <param name="token">The connection's local token.</param>
    /// <param name="extensions">What to ask for beyond what every answer holds.</param>
    /// <returns>
    /// Null when no connection has the token; also when the kernel cannot show MPTCP sockets (built without INET_MPTCP_DIAG), which
    /// it does not tell apart: ENOENT is its answer to both.
    /// </returns>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    /// <exception cref="NetlinkFormatException">Its answer has no sense.</exception>
    public MptcpSocket? FindConnection(uint token, SocketExtensions extensions = SocketExtensions.None)
        => Find(SocketRequests.Find(token, extensions), new SocketCodec(extensions, _addresses).ReadMptcp);

    /// <summary>Finds a TCP socket.</summary>
    /// <param name="identity">The socket.</param>
    /// <param name="extensions">What to ask for beyond what every answer holds.</param>
    /// <returns>Null when there is no such socket any more, even if there is another of its addresses.</returns>
    /// <exception cref="ArgumentException">The two ends are not of one family.</exception>
    /// <inheritdoc cref="FindConnection" path="/exception"/>
    public TcpSocket? FindTcpSocket(SocketIdentity identity, SocketExtensions extensions = SocketExtensions.None)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Find(SocketRequests.Find(identity, extensions), new SocketCodec(extensions, _addresses).ReadTcp);
    }

    /// <summary>Finds the TCP socket that is connected between two ends, whichever it is.</summary>
    /// <param name="local">The local address and port.</param>
    /// <param name="remote">The remote address and port, of the same family.</param>
    /// <param name="interfaceIndex">The interface that it is bound to, without which the kernel does not find it; 0 for none.</param>
    /// <param name="extensions">What to ask for beyond what every answer holds.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArgumentException">The two ends are not of one family.</exception>
    /// <inheritdoc cref="FindConnection" path="/exception"/>
    public TcpSocket? FindTcpSocket(
        IPEndPoint local, IPEndPoint remote, int interfaceIndex = 0, SocketExtensions extensions = SocketExtensions.None)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(remote);
        // Where nothing is connected, the kernel answers with the listener.
        var found = Find(SocketRequests.Find(local, remote, interfaceIndex, extensions), new SocketCodec(extensions, _addresses).ReadTcp);
        return found is not null && found.Local.Equals(local) && found.Remote.Equals(remote) ? found : null;
    }

    /// <summary>
    /// Closes a TCP socket with a reset, as <c>ss --kill</c> does (SOCK_DESTROY): of a subflow the kernel tells listeners that it was closed
    /// with error ECONNABORTED (103), and the connection goes on with its other subflows. Needs CAP_NET_ADMIN.
    /// </summary>
    /// <param name="identity">The socket; without the right cookie the kernel does nothing.</param>
    /// <exception cref="ArgumentException">The two ends are not of one family, or the cookie is none.</exception>
    /// <exception cref="KernelRefusedException">
    /// The kernel refused: ENOENT when there is no such socket any more, EPERM without the privilege, EOPNOTSUPP when it was built without
    /// INET_DIAG_DESTROY.
    /// </exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public void DestroyTcpSocket(SocketIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _channel.Execute(SocketRequests.Destroy(identity));
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    private List<T> List<T>(SocketQuery query, bool multipath, PayloadDecoder<T> decode) => _channel.Dump(SocketRequests.List(query, multipath), decode);

    private T? Find<T>(RequestWriter request, PayloadDecoder<T> decode)
        where T : InternetSocket
        => _channel.Find(request, decode, Errno.NotFound);
}
