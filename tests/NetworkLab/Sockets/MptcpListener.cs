using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>A listening socket of a host.</summary>
public sealed class MptcpListener : IDisposable
{
    const int SolSocket = 1;
    const int SoBindToDevice = 25;

    readonly Socket _socket;

    MptcpListener(Socket socket) => _socket = socket;

    /// <summary>Where it listens, with the port that the kernel chose if none was given.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Listens on a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="endPoint">The address, or a wildcard, and the port; port 0 lets the kernel choose.</param>
    /// <param name="options">What to listen for; Multipath TCP, one family, when null.</param>
    /// <exception cref="Win32Exception">The kernel has no such socket.</exception>
    /// <exception cref="SocketException">The end point is taken, or is not the host's.</exception>
    public static MptcpListener Open(LabHost host, IPEndPoint endPoint, ListenOptions? options = null)
    {
        options ??= new ListenOptions();
        var socket = host.Run(() => Kernel.OpenStream(endPoint.AddressFamily, options.Transport));
        try
        {
            // The port of a closed listener may be listened on again at once.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = options.DualStack;
            if (options.Interface is not null)
                socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(options.Interface));
            socket.Bind(endPoint);
            socket.Listen(options.Backlog);
            return new MptcpListener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Accepts the next connection.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="SocketException">The listener was closed meanwhile.</exception>
    public async Task<MptcpConnection> AcceptAsync(CancellationToken cancellationToken = default) =>
        new(await _socket.AcceptAsync(cancellationToken));

    /// <summary>Stops listening.</summary>
    public void Dispose() => _socket.Dispose();
}
