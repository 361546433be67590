using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.NetlinkHeaders;
using static Mptcp.Native.Interop.RouteHeaders;

namespace Mptcp.Native.Routing;

/// <summary>
/// The changes of links and addresses of one network namespace, from a socket of their own; no capability is needed to hear
/// them. One thread at a time may use it. Who subscribes first and lists then (<see cref="RouteTables"/>) misses nothing.
/// </summary>
public sealed class RouteEvents : IDisposable
{
    // A link takes one to two kilobytes; one that has many virtual functions takes more.
    private const int BufferLength = 32 * 1024;

    private readonly EventChannel _channel;

    private RouteEvents(EventChannel channel)
    {
        _channel = channel;
    }

    /// <summary>Is readable when changes, or the news of their loss, are there.</summary>
    public SafeDescriptor Descriptor => _channel.Descriptor;

    /// <summary>The size of the receive buffer in bytes, as the kernel accounts it: about 2,500 for a link and 800 for an address.</summary>
    public int ReceiveBuffer => _channel.ReceiveBuffer;

    /// <summary>Subscribes to the changes of a network namespace.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="receiveBuffer">The receive buffer to ask for, in bytes; <see cref="ReceiveBuffer"/> is what was got.</param>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static RouteEvents Subscribe(NetworkNamespace networkNamespace, int receiveBuffer)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        return new RouteEvents(EventChannel.Open(
            networkNamespace,
            NETLINK_ROUTE,
            receiveBuffer,
            BufferLength,
            (RTNLGRP_LINK, "link"),
            (RTNLGRP_IPV4_IFADDR, "ipv4-ifaddr"),
            (RTNLGRP_IPV6_IFADDR, "ipv6-ifaddr")));
    }

    /// <summary>Takes the changes that are there, without waiting.</summary>
    /// <param name="events">Receives them in their order.</param>
    /// <param name="most">After how many messages to return <see cref="EventReceipt.More"/>.</param>
    /// <exception cref="NetlinkFormatException">The kernel sent what is no change; changes before it have been added.</exception>
    /// <exception cref="NetlinkTransportException">The socket is broken.</exception>
    public EventReceipt Receive(ICollection<RouteEvent> events, int most)
    {
        ArgumentNullException.ThrowIfNull(events);
        return _channel.Receive(events, most, RouteEventDecoder.Decode);
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();
}
