using System.Net;
using WireAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Client;

/// <summary>Addresses of the contract as those of .NET, and back. An IPv4 address written in IPv6 is an IPv4 address.</summary>
public static class SocketAddresses
{
    /// <summary>Reads an address with its port, both of which the daemon knows.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="FormatException">The address is absent, or not one.</exception>
    public static IPEndPoint ToEndPoint(this WireAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var ip = Read(address.Address) ?? throw new FormatException($"'{address.Address}' is not an IP address");
        return new IPEndPoint(ip, (int)address.Port);
    }

    /// <summary>Writes an address with its port; the scope of a link-local one is left out.</summary>
    /// <param name="endPoint">The address and port.</param>
    public static WireAddress ToSocketAddress(this IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return new WireAddress { Address = Plain(endPoint.Address).ToString(), Port = (uint)endPoint.Port };
    }

    /// <summary>Reads an address; null where it is none.</summary>
    internal static IPAddress? Read(string text) => IPAddress.TryParse(text, out var address) ? Plain(address) : null;

    /// <summary>The one form of an address in which it can be compared.</summary>
    internal static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6, ScopeId: not 0 }
            ? new IPAddress(address.GetAddressBytes())
            : address;
    }
}
