using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.RouteHeaders;

namespace Mptcp.Native.Routing;

/// <summary>Reads what the groups of links and addresses tell.</summary>
internal static class RouteEventDecoder
{
    /// <param name="type">The type of the message.</param>
    /// <param name="payload">The message without its header.</param>
    /// <returns>Null when it tells of something else than a link or an IP address.</returns>
    /// <exception cref="NetlinkFormatException">It has no sense.</exception>
    public static RouteEvent? Decode(ushort type, ReadOnlySpan<byte> payload) => type switch
    {
        RTM_NEWLINK => LinkCodec.ReadWhole(payload) is { } link ? new LinkChanged(link) : null,
        RTM_DELLINK => LinkCodec.ReadWhole(payload) is { } link ? new LinkRemoved(link.Index, link.Name) : null,
        RTM_NEWADDR => AddressCodec.Read(payload) is { } address ? new AddressChanged(address) : null,
        RTM_DELADDR => AddressCodec.Read(payload) is { } address ? new AddressRemoved(address) : null,
        _ => null,
    };
}
