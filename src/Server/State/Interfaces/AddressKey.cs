using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Interfaces;

/// <summary>
/// What the kernel tells addresses of one interface apart by. The same IPv4 address may be there several times, for networks of
/// different lengths and for different peers.
/// </summary>
internal readonly record struct AddressKey(IPAddress Address, byte PrefixLength, IPAddress? Peer)
{
    public static AddressKey Of(InterfaceAddress address) => address.Address.AddressFamily == AddressFamily.InterNetwork
        ? new AddressKey(address.Address, address.PrefixLength, address.Peer)
        : new AddressKey(address.Address, PrefixLength: 0, Peer: null);
}
