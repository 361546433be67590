using System.Runtime.InteropServices;
using System.Text;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Supervision;

/// <summary>
/// Tells the service manager that started this process of its state, and has it keep descriptors: the protocol of
/// <c>sd_notify(3)</c>, datagrams of lines <c>NAME=VALUE</c>. Any thread may use it.
/// </summary>
public sealed class SupervisorSocket : IDisposable
{
    // A manager that hangs must not stop the caller for long.
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(2);

    private readonly SafeDescriptor _socket;

    private SupervisorSocket(SafeDescriptor socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <param name="address">What NOTIFY_SOCKET says: an absolute path, or an abstract name after an @.</param>
    /// <exception cref="SystemCallException">Nobody is there.</exception>
    public static SupervisorSocket Connect(string address)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        var socket = Libc.ConnectUnixDatagram(address);
        if (Libc.TrySetSendTimeout(socket, LongestSend) is not { } error)
            return new SupervisorSocket(socket);
        socket.Dispose();
        throw new SystemCallException("bound the wait for the service manager", error);
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">Its lines.</param>
    /// <param name="descriptor">A descriptor to send along; the manager gets one of its own to the same file.</param>
    /// <exception cref="SystemCallException">The manager is gone, or takes no messages (EAGAIN, after two seconds).</exception>
    public void Send(string message, SafeHandle? descriptor = null)
    {
        if (Libc.TrySend(_socket, Encoding.UTF8.GetBytes(message), descriptor) is { } error)
            throw new SystemCallException("tell the service manager", error);
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();
}
