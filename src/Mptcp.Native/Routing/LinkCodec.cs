using System.Buffers.Binary;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.RouteHeaders;

namespace Mptcp.Native.Routing;

/// <summary>Reads network interfaces: <c>struct ifinfomsg</c> and the attributes behind it.</summary>
internal static class LinkCodec
{
    /// <param name="payload">A message without its header.</param>
    /// <returns>Null when it tells something else than the whole interface.</returns>
    /// <exception cref="NetlinkFormatException">It is cut, has no name, or an attribute has an impossible length.</exception>
    public static NetworkLink? ReadWhole(ReadOnlySpan<byte> payload)
    {
        CheckLength(payload);
        // Bridges tell of their ports with AF_BRIDGE, and of a port that leaves them as of a link that is removed.
        if (payload[0] != AF_UNSPEC)
            return null;

        // Wireless extensions tell what they have to say as if a link had changed, and leave out nearly all of it.
        var attributes = new AttributeReader(payload[IFINFOMSG_LENGTH..], "link", LinkName);
        while (attributes.MoveNext())
        {
            if (attributes.Type == IFLA_WIRELESS)
                return null;
        }

        return Read(payload);
    }

    /// <inheritdoc cref="ReadWhole"/>
    public static NetworkLink Read(ReadOnlySpan<byte> payload)
    {
        CheckLength(payload);
        string? name = null, kind = null, hardwareAddress = null;
        uint mtu = 0;
        var state = OperationalState.Unknown;
        bool? carrier = null;
        int? master = null, lower = null;

        var attributes = new AttributeReader(payload[IFINFOMSG_LENGTH..], "link", LinkName);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case IFLA_IFNAME: name = attributes.ReadString(); break;
                case IFLA_ADDRESS: hardwareAddress = ReadHardwareAddress(attributes.Value); break;
                case IFLA_MTU: mtu = attributes.ReadUInt32(); break;
                case IFLA_OPERSTATE: state = (OperationalState)attributes.ReadByte(); break;
                case IFLA_CARRIER: carrier = attributes.ReadByte() != 0; break;
                case IFLA_MASTER: master = attributes.ReadInt32(); break;
                case IFLA_LINK: lower = attributes.ReadInt32(); break;
                case IFLA_LINKINFO: kind = ReadKind(attributes.ReadNested()); break;
            }
        }

        return new NetworkLink(
            BinaryPrimitives.ReadInt32LittleEndian(payload[4..]),
            name ?? throw new NetlinkFormatException("link: the attribute IFNAME is missing"))
        {
            HardwareType = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]),
            Kind = kind,
            HardwareAddress = hardwareAddress,
            Mtu = mtu,
            Flags = (LinkFlags)BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]),
            State = state,
            HasCarrier = carrier,
            // 0 stands for none.
            MasterIndex = master is 0 ? null : master,
            LowerIndex = lower is 0 ? null : lower,
        };
    }

    private static void CheckLength(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < IFINFOMSG_LENGTH)
            throw new NetlinkFormatException($"link: expected {IFINFOMSG_LENGTH} bytes, got {payload.Length}");
    }

    private static string? ReadKind(AttributeReader attributes)
    {
        while (attributes.MoveNext())
        {
            if (attributes.Type == IFLA_INFO_KIND)
                return attributes.ReadString();
        }

        return null;
    }

    // Six bytes mostly; twenty of InfiniBand, four of a tunnel, none of others.
    private static string? ReadHardwareAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return null;
        var digits = Convert.ToHexStringLower(bytes);
        return string.Create((bytes.Length * 3) - 1, digits, static (text, digits) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = i % 3 == 2 ? ':' : digits[i - (i / 3)];
        });
    }
}
