using System.Buffers.Binary;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.NetlinkHeaders;
using static Mptcp.Native.Interop.RouteHeaders;

namespace Mptcp.Native.Routing;

/// <summary>The network interfaces of one network namespace, asked of the kernel (<c>rtnetlink(7)</c>). Any thread may call it.</summary>
public sealed class RouteTables : IDisposable
{
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
            return _channel.Ask(request, ReadLink);
        }
        catch (KernelRefusedException refusal)
            when (refusal.Errno == Errno.NoSuchDevice || refusal.Errno == Errno.Invalid || refusal.Errno == Errno.OutOfRange)
        {
            // ENODEV says that there is none; EINVAL and ERANGE that there can be none of such a name.
            return null;
        }
    }

    private static NetworkLink ReadLink(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < IFINFOMSG_LENGTH)
            throw new NetlinkFormatException($"link: expected {IFINFOMSG_LENGTH} bytes, got {payload.Length}");

        string? name = null;
        var attributes = new AttributeReader(payload[IFINFOMSG_LENGTH..], "link");
        while (attributes.MoveNext())
        {
            if (attributes.Type == IFLA_IFNAME)
                name = attributes.ReadString();
        }

        return new NetworkLink(
            BinaryPrimitives.ReadInt32LittleEndian(payload[4..]),
            name ?? throw new NetlinkFormatException("link: the attribute IFNAME is missing"));
    }
}
