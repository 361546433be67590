using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Tmds.Linux;

namespace Mptcp.Native.PathManagement;

/// <summary>
/// Listens at an announced address where no application does, so that the peer's joins (MP_JOIN) find somebody. Joins are
/// taken by the kernel without any help from here.
/// </summary>
public sealed class JoinListener : IDisposable
{
    private readonly Socket _socket;

    private JoinListener(Socket socket)
    {
        _socket = socket;
        Address = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Its descriptor, for others to have the socket open too.</summary>
    public SafeHandle Handle => _socket.SafeHandle;

    /// <summary>What tells the socket from every other of the boot; null on kernels before 4.12.</summary>
    public ulong? Cookie => Libc.DescribeSocket(_socket.SafeHandle)?.Cookie;

    /// <summary>The address and port it listens at.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="networkNamespace">The network namespace that owns the address.</param>
    /// <param name="address">The address and port.</param>
    /// <exception cref="SystemCallException">EADDRINUSE: somebody listens there; EADDRNOTAVAIL: the address is not the host's.</exception>
    public static JoinListener Open(NetworkNamespace networkNamespace, IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        ArgumentNullException.ThrowIfNull(address);
        return networkNamespace.Invoke(() =>
        {
            var socket = Libc.OpenMptcp(address.AddressFamily);
            try
            {
                // Subflows that ended here keep the port for a minute (TIME_WAIT), which looks as if somebody listened. .NET's
                // own option is not this one: it would let two listeners share the port.
                socket.SetRawSocketOption(LibC.SOL_SOCKET, LibC.SO_REUSEADDR, BitConverter.GetBytes(1));
                socket.Bind(address);
                socket.Listen(backlog: 0);
                return new JoinListener(socket);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                throw new SystemCallException($"listen at {address}", new Errno(exception.NativeErrorCode));
            }
        });
    }

    /// <summary>Goes on with a listener that another process had opened.</summary>
    /// <param name="descriptor">Its descriptor, which is then the listener's to close.</param>
    /// <param name="namespaceCookie">The namespace that it must be of, by <see cref="NetworkNamespace.FindCookie"/>.</param>
    /// <returns>Null where the descriptor is no listener for Multipath TCP there; it then stays the caller's.</returns>
    public static JoinListener? Resume(SafeDescriptor descriptor, ulong namespaceCookie)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var isListener = Libc.DescribeSocket(descriptor) is { IsListening: true } facts
            && (facts.Domain == LibC.AF_INET || facts.Domain == LibC.AF_INET6)
            && facts.Protocol == SocketDiagnosticsHeaders.IPPROTO_MPTCP
            && facts.NamespaceCookie == namespaceCookie;
        return isListener ? new JoinListener(new Socket(new SafeSocketHandle(descriptor.Release(), ownsHandle: true))) : null;
    }

    /// <summary>
    /// Stops listening, whoever else has the socket open: its address is free at once. Subflows that joined stay. It is still to
    /// be disposed of.
    /// </summary>
    public void StopListening()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.NotConnected)
        {
            // Somebody has stopped it before.
        }
    }

    /// <summary>
    /// Closes its descriptor; subflows that joined stay. Where nobody else has the socket open, nobody listens any more.
    /// </summary>
    public void Dispose() => _socket.Dispose();
}
