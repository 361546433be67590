using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Tmds.Linux;
using static Mptcp.Native.Interop.MptcpHeaders;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.PathManagement;

/// <summary>
/// The events of one network namespace, from a socket of their own. While no such socket is open anywhere, the kernel
/// refuses joins and drops announcements for connections of the userspace path manager. One thread at a time may use it.
/// </summary>
public sealed class PathManagerEvents : IDisposable
{
    // The largest event is a few hundred bytes; each comes in a datagram of its own.
    private readonly AddressCache _addresses = new();
    private const int BufferLength = 8192;

    private readonly EventChannel _channel;

    private PathManagerEvents(EventChannel channel)
    {
        _channel = channel;
    }

    /// <summary>Is readable when events, or the news of their loss, are there.</summary>
    public SafeDescriptor Descriptor => _channel.Descriptor;

    /// <summary>The size of the receive buffer in bytes, as the kernel accounts it: about 800 for an event.</summary>
    public int ReceiveBuffer => _channel.ReceiveBuffer;

    /// <summary>
    /// How many events the kernel has dropped here since the subscription, for want of room (SK_MEMINFO_DROPS), wrapping around;
    /// null on kernels before 4.12, which do not tell.
    /// </summary>
    public uint? Drops => _channel.Drops;

    /// <summary>Subscribes to the events of a network namespace.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="receiveBuffer">The receive buffer to ask for, in bytes; <see cref="ReceiveBuffer"/> is what was got.</param>
    /// <exception cref="MptcpUnavailableException">The kernel has no MPTCP, or no events (before 5.12).</exception>
    /// <exception cref="KernelRefusedException">EPERM: CAP_NET_ADMIN is missing.</exception>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static PathManagerEvents Subscribe(NetworkNamespace networkNamespace, int receiveBuffer)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        var group = FindGroup(networkNamespace);
        return new PathManagerEvents(
            EventChannel.Open(networkNamespace, NETLINK_GENERIC, receiveBuffer, BufferLength, (group, MPTCP_PM_EV_GRP_NAME)));
    }

    /// <summary>
    /// Goes on with a subscription that another process had: what the kernel has told since then, or the news of its loss, is there
    /// to be received.
    /// </summary>
    /// <param name="networkNamespace">The namespace that it must be of.</param>
    /// <param name="descriptor">Its descriptor, which is then the subscription's to close.</param>
    /// <param name="receiveBuffer">The receive buffer to ask for, in bytes.</param>
    /// <returns>Null where the descriptor is no such socket, or of another namespace; it then stays the caller's.</returns>
    /// <exception cref="MptcpUnavailableException">The kernel has no MPTCP, or no events (before 5.12).</exception>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static PathManagerEvents? Resume(NetworkNamespace networkNamespace, SafeDescriptor descriptor, int receiveBuffer)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        ArgumentNullException.ThrowIfNull(descriptor);
        var isSubscription = Libc.DescribeSocket(descriptor) is { NamespaceCookie: { } cookie } facts
            && facts.Domain == LibC.AF_NETLINK && facts.Protocol == NETLINK_GENERIC
            && cookie == networkNamespace.FindCookie()
            && Libc.IsMember(descriptor, FindGroup(networkNamespace));
        return isSubscription ? new PathManagerEvents(EventChannel.Resume(descriptor, receiveBuffer, BufferLength)) : null;
    }

    /// <summary>Takes the events that are there, without waiting.</summary>
    /// <param name="events">Receives them in their order.</param>
    /// <param name="most">After how many to return <see cref="EventReceipt.More"/>.</param>
    /// <param name="glance">Sees each one before the next is taken, for what cannot wait; null for nobody.</param>
    /// <exception cref="NetlinkFormatException">The kernel sent what is no event; events before it have been added.</exception>
    /// <exception cref="NetlinkTransportException">The socket is broken.</exception>
    public EventReceipt Receive(ICollection<PathManagerEvent> events, int most, Action<PathManagerEvent>? glance = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        return _channel.Receive(events, most, (_, payload) => EventDecoder.Decode(payload, _addresses), glance);
    }

    private static uint FindGroup(NetworkNamespace networkNamespace)
    {
        using var family = PathManager.Open(networkNamespace);
        return family.Groups.TryGetValue(MPTCP_PM_EV_GRP_NAME, out var group)
            ? group
            : throw new MptcpUnavailableException($"this kernel has no event group {MPTCP_PM_EV_GRP_NAME}");
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();
}
