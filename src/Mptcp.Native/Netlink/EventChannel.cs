using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;

namespace Mptcp.Native.Netlink;

/// <summary>Turns one message of a group into a record; null when it tells nothing of interest.</summary>
internal delegate T? EventDecoder<out T>(ushort type, ReadOnlySpan<byte> payload)
    where T : class;

/// <summary>Hears what the kernel tells groups of its own accord, on a socket of its own. One thread at a time may use it.</summary>
internal sealed class EventChannel : IDisposable
{
    private const uint KernelPort = 0;

    private readonly byte[] _buffer;
    private readonly NetlinkSocket _socket;

    private EventChannel(NetlinkSocket socket, int bufferLength)
    {
        _socket = socket;
        _buffer = new byte[bufferLength];
    }

    public SafeDescriptor Descriptor => _socket.Descriptor;

    /// <summary>The size of the receive buffer in bytes, as the kernel accounts it.</summary>
    public int ReceiveBuffer => _socket.ReceiveBuffer;

    /// <summary>How many messages the kernel has dropped here, wrapping around; null on kernels before 4.12.</summary>
    public uint? Drops => _socket.Drops;

    /// <summary>Joins groups in a network namespace.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="protocol">NETLINK_*.</param>
    /// <param name="receiveBuffer">The receive buffer to ask for, in bytes.</param>
    /// <param name="longestDatagram">How long a datagram of these groups can be, in bytes.</param>
    /// <param name="groups">Their numbers, and their names for messages.</param>
    /// <exception cref="KernelRefusedException">A group is not for this process (EPERM).</exception>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static EventChannel Open(
        NetworkNamespace networkNamespace, int protocol, int receiveBuffer, int longestDatagram, params (uint Number, string Name)[] groups)
    {
        var socket = networkNamespace.Invoke(() => NetlinkSocket.Open(protocol));
        try
        {
            socket.EnlargeReceiveBuffer(receiveBuffer);
            foreach (var (number, name) in groups)
                socket.Join(number, name);
            return new EventChannel(socket, longestDatagram);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Goes on with a socket that another process had opened, bound and made a member.</summary>
    /// <param name="descriptor">Its descriptor.</param>
    /// <param name="receiveBuffer">The receive buffer to ask for, in bytes.</param>
    /// <param name="longestDatagram">How long a datagram of its groups can be, in bytes.</param>
    public static EventChannel Resume(SafeDescriptor descriptor, int receiveBuffer, int longestDatagram)
    {
        var socket = NetlinkSocket.Resume(descriptor);
        socket.EnlargeReceiveBuffer(receiveBuffer);
        return new EventChannel(socket, longestDatagram);
    }

    /// <summary>Takes the messages that are there, without waiting.</summary>
    /// <param name="events">Receives what they tell, in their order.</param>
    /// <param name="most">After how many messages to return <see cref="EventReceipt.More"/>.</param>
    /// <param name="decode">Reads one.</param>
    /// <param name="glance">Sees what each tells before the next is taken; null for nobody.</param>
    /// <exception cref="NetlinkFormatException">A message has no sense; what was told before it has been added.</exception>
    /// <exception cref="NetlinkTransportException">The socket is broken.</exception>
    public EventReceipt Receive<T>(ICollection<T> events, int most, EventDecoder<T> decode, Action<T>? glance = null)
        where T : class
    {
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
                continue; // Another process may write to this socket; it has no say here.
            if (length > _buffer.Length)
                throw new NetlinkFormatException($"an event of {length} bytes does not fit");

            var messages = new MessageReader(_buffer.AsSpan(0, length));
            while (messages.MoveNext())
            {
                received++;
                if (decode(messages.Type, messages.Payload) is not { } told)
                    continue;
                events.Add(told);
                glance?.Invoke(told);
            }
        }

        return EventReceipt.More;
    }

    public void Dispose() => _socket.Dispose();
}
