using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>One path as one host sees it: a veth link whose other end is the peer's interface of the same name.</summary>
/// <param name="Number">The path's number, from 1. It is also in its addresses: 198.18.NUMBER.0/24 and 2001:db8:NUMBER::/64.</param>
/// <param name="InterfaceName">This host's interface, <c>pathNUMBER</c>.</param>
/// <param name="InterfaceIndex">Its index in this host's namespace.</param>
/// <param name="IPv4">This host's IPv4 address.</param>
/// <param name="IPv6">This host's IPv6 address.</param>
/// <param name="PeerIPv4">The other host's IPv4 address.</param>
/// <param name="PeerIPv6">The other host's IPv6 address.</param>
public sealed record LabPath(
    int Number, string InterfaceName, int InterfaceIndex, IPAddress IPv4, IPAddress IPv6, IPAddress PeerIPv4, IPAddress PeerIPv6)
{
    /// <summary>This host's address of a family.</summary>
    public IPAddress Address(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? IPv6 : IPv4;

    /// <summary>The other host's address of a family.</summary>
    public IPAddress PeerAddress(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? PeerIPv6 : PeerIPv4;
}
