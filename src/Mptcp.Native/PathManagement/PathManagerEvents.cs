using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.MptcpHeaders;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.PathManagement;

/// <summary>
/// The events of one network namespace, from a socket of their own. While no such socket is open anywhere, the kernel
/// refuses joins and drops announcements for connections of the userspace path manager. One thread at a time may use it.
/// </summary>
public sealed class PathManagerEvents : IDisposable
{
    private const uint KernelPort = 0;

    // The largest event is a few hundred bytes; each comes in a datagram of its own.
    private readonly byte[] _buffer = new byte[8192];
    private readonly NetlinkSocket _socket;

    private PathManagerEvents(NetlinkSocket socket)
    {
        _socket = socket;
    }

    /// <summary>Is readable when events, or the news of their loss, are there.</summary>
    public SafeDescriptor Descriptor => _socket.Descriptor;

    /// <summary>The size of the receive buffer in bytes, as the kernel accounts it: about 800 for an event.</summary>
    public int ReceiveBuffer => _socket.ReceiveBuffer;

    /// <summary>Subscribes to the events of a network namespace.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="receiveBuffer">The receive buffer to ask for, in bytes; <see cref="ReceiveBuffer"/> is what was got.</param>
    /// <exception cref="MptcpUnavailableException">The kernel has no MPTCP, or no events (before 5.12).</exception>
    /// <exception cref="KernelRefusedException">EPERM: CAP_NET_ADMIN is missing.</exception>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static PathManagerEvents Subscribe(NetworkNamespace networkNamespace, int receiveBuffer)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        using var family = PathManager.Open(networkNamespace);
        if (!family.Groups.TryGetValue(MPTCP_PM_EV_GRP_NAME, out var group))
            throw new MptcpUnavailableException($"this kernel has no event group {MPTCP_PM_EV_GRP_NAME}");

        var socket = networkNamespace.Invoke(() => NetlinkSocket.Open(NETLINK_GENERIC));
        try
        {
            socket.EnlargeReceiveBuffer(receiveBuffer);
            socket.Join(group, MPTCP_PM_EV_GRP_NAME);
            return new PathManagerEvents(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes the events that are there, without waiting.</summary>
    /// <param name="events">Receives them in their order.</param>
    /// <param name="most">After how many to return <see cref="EventReceipt.More"/>.</param>
    /// <exception cref="NetlinkFormatException">The kernel sent what is no event; events before it have been added.</exception>
    /// <exception cref="NetlinkTransportException">The socket is broken.</exception>
    public EventReceipt Receive(ICollection<PathManagerEvent> events, int most)
    {
        ArgumentNullException.ThrowIfNull(events);
        for (var received = 0; received < most;)
        {
            var length = _socket.TryReceive(_buffer, out var sender, out var error);
            if (error == Errno.TryAgain)
                return EventReceipt.Drained;
            if (error == Errno.NoBuffers)
                return EventReceipt.Overflowed;
            if (error is not null)
                throw new NetlinkTransportException("events could not be received", error);
            if (sender != KernelPort)
                continue;
            if (length > _buffer.Length)
                throw new NetlinkFormatException($"an event of {length} bytes does not fit");

            var messages = new MessageReader(_buffer.AsSpan(0, length));
            while (messages.MoveNext())
            {
                events.Add(EventDecoder.Decode(messages.Payload));
                received++;
            }
        }

        return EventReceipt.More;
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();
}
