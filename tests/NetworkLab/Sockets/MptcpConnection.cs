using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>One end of a connection, as an application has it: Multipath TCP, or plain TCP if either end speaks no more.</summary>
public sealed class MptcpConnection : IDisposable
{
    internal MptcpConnection(Socket socket) => Socket = socket;

    /// <summary>The socket itself, for options that are not offered here.</summary>
    public Socket Socket { get; }

    /// <summary>This end of the initial subflow.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>The other end of the initial subflow.</summary>
    public IPEndPoint RemoteEndPoint => (IPEndPoint)Socket.RemoteEndPoint!;

    /// <summary>Whether the connection is Multipath TCP and has not fallen back.</summary>
    public bool IsMultipath => ReadInfo() is { HasFallenBack: false };

    /// <summary>The connection's token on this host.</summary>
    /// <exception cref="InvalidOperationException">The connection is plain TCP.</exception>
    public uint Token => ReadInfo()?.Token ?? throw new InvalidOperationException("the connection is plain TCP and has no token");

    /// <summary>Connects from a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="options">How; Multipath TCP from an address of the kernel's choice when null.</param>
    /// <param name="cancellationToken">Gives up; the half-made connection is closed.</param>
    /// <exception cref="Win32Exception">The kernel has no such socket.</exception>
    /// <exception cref="SocketException">The connection is refused, or nothing answers.</exception>
    public static async Task<MptcpConnection> OpenAsync(
        LabHost host, IPEndPoint remote, ConnectOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ConnectOptions();
        var socket = await host.RunAsync(() => Kernel.OpenStream(remote.AddressFamily, options.Transport));
        try
        {
            // .NET sets both options by this one.
            if (options.SharesSource)
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (options.Source is not null)
                socket.Bind(options.Source);
            await socket.ConnectAsync(remote, cancellationToken);
            return new MptcpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects from the host that the calling thread is on, as <see cref="LabHost.RunAsync(Action)"/> has it. The thread waits, and no other is needed.</summary>
    /// <param name="remote">Where to.</param>
    /// <exception cref="Win32Exception">The kernel has no such socket.</exception>
    /// <exception cref="SocketException">The connection is refused, or nothing answers.</exception>
    public static MptcpConnection OpenHere(IPEndPoint remote)
    {
        var socket = Kernel.OpenStream(remote.AddressFamily, Transport.Mptcp);
        try
        {
            socket.Connect(remote);
            return new MptcpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks the kernel about the connection; null when it is plain TCP.</summary>
    public MptcpInfo? ReadInfo() => MptcpInfo.Read(Socket);

    /// <summary>Sends all of a buffer.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await Socket.SendAsync(bytes, cancellationToken)..];
    }

    /// <summary>Receives what there is, at least a byte.</summary>
    /// <returns>The number of bytes; 0 at the end of the stream.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Socket.ReceiveAsync(buffer, cancellationToken);

    /// <summary>Receives until a buffer is full.</summary>
    /// <exception cref="EndOfStreamException">The stream ended before.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task ReceiveExactlyAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = await ReceiveAsync(buffer, cancellationToken);
            if (count == 0)
                throw new EndOfStreamException($"the stream ended {buffer.Length} bytes early");
            buffer = buffer[count..];
        }
    }

    /// <summary>Ends the stream to the other end; receiving goes on.</summary>
    public void EndSending() => Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes the connection at once with a reset, and drops what was not sent.</summary>
    public void Abort() => Socket.Close(timeout: 0);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => Socket.Dispose();
}
