using System.Buffers.Binary;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.NetlinkHeaders;
using static Mptcp.Native.Interop.RouteHeaders;

namespace Mptcp.Native.Routing;

/// <summary>
/// The network interfaces and addresses of one network namespace, asked of the kernel (<c>rtnetlink(7)</c>). No capability is
/// needed to ask. Any thread may call it.
/// </summary>
public sealed class RouteTables : IDisposable
{
    private const int ListAttempts = 8;

    private readonly RequestChannel _channel;

    internal RouteTables(INetlinkTransport transport, Action<RequestOutcome>? observer = null)
    {
        _channel = new RequestChannel(transport, observer);
    }

    /// <summary>Opens the tables of a network namespace.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="observer">Hears how each request ended, on the thread that made it.</param>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static RouteTables Open(NetworkNamespace networkNamespace, Action<RequestOutcome>? observer = null)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        return new RouteTables(networkNamespace.Invoke(() => NetlinkSocket.Open(NETLINK_ROUTE)), observer);
    }

    /// <summary>Finds a network interface by its name.</summary>
    /// <param name="name">The name, at most 15 characters.</param>
    /// <returns>Null when there is none.</returns>
    public NetworkLink? FindLink(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // The kernel reads up to a zero, and would find "lo" for "lo\0".
        return name.Length < IFNAMSIZ && !name.Contains('\0', StringComparison.Ordinal) ? Find(index: 0, name) : null;
    }

    /// <summary>Finds a network interface by its index.</summary>
    /// <param name="index">The index, above 0.</param>
    /// <returns>Null when there is none.</returns>
    public NetworkLink? FindLink(int index) => index > 0 ? Find(index, name: null) : null;

    /// <summary>Lists every network interface, ordered by index.</summary>
    /// <exception cref="DumpInterruptedException">The list changed each time it was read.</exception>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    /// <exception cref="NetlinkTransportException">Talking to it failed.</exception>
    /// <exception cref="NetlinkFormatException">Its answer has no sense.</exception>
    public IReadOnlyList<NetworkLink> ListLinks()
    {
        var request = new RequestWriter(RTM_GETLINK, NLM_F_DUMP, "link-list");
        request.Structure(IFINFOMSG_LENGTH);
        var links = _channel.Dump(request, LinkCodec.Read);
        links.Sort((one, other) => one.Index.CompareTo(other.Index));
        return links;
    }

    /// <summary>Lists every IPv4 and IPv6 address, those of one interface in the kernel's order.</summary>
    /// <inheritdoc cref="ListLinks" path="/exception" />
    public IReadOnlyList<InterfaceAddress> ListAddresses()
    {
        var request = new RequestWriter(RTM_GETADDR, NLM_F_DUMP, "address-list");
        request.Structure(IFADDRMSG_LENGTH);
        return [.. _channel.Dump(request, AddressCodec.Read).OfType<InterfaceAddress>()];
    }

    /// <summary>Lists every network interface with its addresses, ordered by index.</summary>
    /// <inheritdoc cref="ListLinks" path="/exception" />
    public IReadOnlyList<NetworkInterface> ListInterfaces()
    {
        for (var attempt = 1; attempt <= ListAttempts; attempt++)
        {
            var addresses = ListAddresses().ToLookup(address => address.InterfaceIndex);
            var links = ListLinks();
            // They are two lists, and an interface may have gone in between.
            if (links.Count(link => addresses.Contains(link.Index)) == addresses.Count)
                return [.. links.Select(link => new NetworkInterface(link, [.. addresses[link.Index]]))];
        }

        throw new DumpInterruptedException("interface-list", ListAttempts);
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    private NetworkLink? Find(int index, string? name)
    {
        var request = new RequestWriter(RTM_GETLINK, NLM_F_ACK, "link-get");
        var header = request.Structure(IFINFOMSG_LENGTH);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        request.Write(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        if (name is not null)
            request.Write(IFLA_IFNAME, name);
        try
        {
            return _channel.Ask(request, LinkCodec.Read);
        }
        catch (KernelRefusedException refusal)
            when (refusal.Errno == Errno.NoSuchDevice || refusal.Errno == Errno.Invalid || refusal.Errno == Errno.OutOfRange)
        {
            // ENODEV says that there is none; EINVAL and ERANGE that there can be none of such a name.
            return null;
        }
    }
}
