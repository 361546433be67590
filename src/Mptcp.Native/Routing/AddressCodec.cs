using System.Buffers.Binary;
using System.Net;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.RouteHeaders;

namespace Mptcp.Native.Routing;

/// <summary>Reads addresses of network interfaces: <c>struct ifaddrmsg</c> and the attributes behind it.</summary>
internal static class AddressCodec
{
    /// <param name="payload">A message without its header.</param>
    /// <returns>Null when it tells of an address that is neither IPv4 nor IPv6.</returns>
    /// <exception cref="NetlinkFormatException">It is cut, has no address, or an attribute has an impossible length.</exception>
    public static InterfaceAddress? Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < IFADDRMSG_LENGTH)
            throw new NetlinkFormatException($"address: expected {IFADDRMSG_LENGTH} bytes, got {payload.Length}");
        var family = payload[0];
        if (family is not (AF_INET or AF_INET6))
            return null;

        // The header has room for eight flags; kernels before 3.14 have no more.
        uint flags = payload[2];
        IPAddress? own = null, other = null;
        string? label = null;
        TimeSpan? preferred = null, valid = null;

        var attributes = new AttributeReader(payload[IFADDRMSG_LENGTH..], "address", AddressName);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case IFA_LOCAL: own = ReadAddress(attributes, family); break;
                case IFA_ADDRESS: other = ReadAddress(attributes, family); break;
                case IFA_LABEL: label = attributes.ReadString(); break;
                case IFA_FLAGS: flags = attributes.ReadUInt32(); break;
                case IFA_CACHEINFO: (preferred, valid) = ReadLifetimes(attributes.Value); break;
            }
        }

        // ADDRESS is the peer's where there is one. Without LOCAL, which IPv6 leaves out then, it is the own one.
        var address = own ?? other ?? throw new NetlinkFormatException("address: the attributes LOCAL and ADDRESS are missing");
        return new InterfaceAddress(BinaryPrimitives.ReadInt32LittleEndian(payload[4..]), address, payload[1])
        {
            Scope = (AddressScope)payload[3],
            Flags = ReadFlags(flags, family),
            Peer = address.Equals(other) ? null : other,
            Label = label,
            PreferredLifetime = preferred,
            ValidLifetime = valid,
        };
    }

    private static IPAddress ReadAddress(AttributeReader attribute, byte family)
        => family == AF_INET ? attribute.ReadIPv4Address() : attribute.ReadIPv6AddressAsIs();

    private static AddressFlags ReadFlags(uint flags, byte family)
        => family == AF_INET6 && (flags & IFA_F_SECONDARY) != 0
            ? (AddressFlags)(flags & ~IFA_F_SECONDARY) | AddressFlags.Temporary
            : (AddressFlags)flags;

    // struct ifa_cacheinfo: what is left of the preferred and of the valid lifetime in seconds, and two times that nobody needs.
    private static (TimeSpan? Preferred, TimeSpan? Valid) ReadLifetimes(ReadOnlySpan<byte> lifetimes)
        => lifetimes.Length >= IFA_CACHEINFO_LENGTH
            ? (Lifetime(BinaryPrimitives.ReadUInt32LittleEndian(lifetimes)), Lifetime(BinaryPrimitives.ReadUInt32LittleEndian(lifetimes[4..])))
            : throw new NetlinkFormatException(
                $"address: attribute CACHEINFO (6): expected {IFA_CACHEINFO_LENGTH} bytes, got {lifetimes.Length}");

    private static TimeSpan? Lifetime(uint seconds) => seconds == INFINITY_LIFE_TIME ? null : TimeSpan.FromSeconds(seconds);
}
