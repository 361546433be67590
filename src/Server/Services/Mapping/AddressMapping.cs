using System.Net;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Addresses as answers show them.</summary>
internal static class AddressMapping
{
    /// <summary>An address and port; "not known" for null.</summary>
    public static SocketAddress ToProto(IPEndPoint? endPoint) => endPoint is null
        ? new SocketAddress()
        : new SocketAddress { Address = ToText(endPoint.Address), Port = (uint)endPoint.Port };

    /// <summary>An address in canonical text; an IPv4-mapped one as IPv4.</summary>
    public static string ToText(IPAddress address)
        => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
