using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Services.Errors;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Addresses, ports and ids of requests as what they stand for, with everything that is wrong with them noted.</summary>
internal static class AddressParsing
{
    /// <summary>Reads an address with its port.</summary>
    /// <param name="address">The address; null when the field was not set.</param>
    /// <param name="field">The path of the field.</param>
    /// <param name="portRule">Whether there must be a port.</param>
    /// <param name="violations">Receives what is wrong.</param>
    /// <returns>Null when something is wrong.</returns>
    public static IPEndPoint? ParseEndPoint(SocketAddress? address, string field, PortRule portRule, RequestViolations violations)
    {
        if (address is null)
        {
            violations.Add(field, "is required");
            return null;
        }

        var host = ParseAddress(address.Address, $"{field}.address", violations);
        var port = ParsePort(address.Port, $"{field}.port", portRule, violations);
        return host is not null && port is { } number ? new IPEndPoint(host, number) : null;
    }

    /// <summary>Reads the address of one host; an IPv4-mapped one becomes IPv4.</summary>
    /// <inheritdoc cref="ParseEndPoint" />
    public static IPAddress? ParseAddress(string text, string field, RequestViolations violations)
    {
        var problem = ReadAddress(text, out var address);
        if (problem is null)
            return address;
        violations.Add(field, problem);
        return null;
    }

    /// <summary>Reads a port.</summary>
    /// <inheritdoc cref="ParseEndPoint" />
    public static ushort? ParsePort(uint port, string field, PortRule portRule, RequestViolations violations)
    {
        var lowest = portRule == PortRule.Required ? 1u : 0u;
        if (port >= lowest && port <= ushort.MaxValue)
            return (ushort)port;
        violations.Add(field, $"must be {lowest} to {ushort.MaxValue}, and is {port}");
        return null;
    }

    /// <summary>Reads an address id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="lowest">The lowest that is allowed: 0, or 1 where the initial address or "choose one" makes no sense.</param>
    /// <param name="field">The path of the field.</param>
    /// <param name="violations">Receives what is wrong.</param>
    /// <returns>Null when it is out of range.</returns>
    public static byte? ParseId(uint id, byte lowest, string field, RequestViolations violations)
    {
        if (id >= lowest && id <= byte.MaxValue)
            return (byte)id;
        violations.Add(field, $"must be {lowest} to {byte.MaxValue}, and is {id}");
        return null;
    }

    /// <summary>Notes that two ends of a subflow are of different families; either may be null after other violations.</summary>
    public static void RequireSameFamily(IPEndPoint? local, IPEndPoint? remote, string field, RequestViolations violations)
    {
        if (local is not null && remote is not null && local.AddressFamily != remote.AddressFamily)
            violations.Add(field, "must be of one family with the other end: both IPv4, or both IPv6");
    }

    /// <summary>Reads the address of one host; an IPv4-mapped one becomes IPv4.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? ReadAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Length == 0)
            return "is required: an IPv4 or IPv6 address";
        if (text.Contains('%', StringComparison.Ordinal))
            return $"must be without a scope id, and is \"{text}\"; name the network interface in its own field";
        if (!IsLiteral(text, out address))
            return $"must be an IPv4 or IPv6 address, and is \"{text}\"";
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return $"must be the address of one host, and \"{text}\" stands for any";
        if (address.IsIPv6Multicast || address.Equals(IPAddress.Broadcast) || IsIPv4Multicast(address))
            return $"must be the address of one host, and \"{text}\" reaches many";
        return null;
    }

    // TryParse also takes "1", "0x7f.1", "[::1]:80" and prefixes, which nobody means here.
    private static bool IsLiteral(string text, out IPAddress address)
    {
        if (!text.All(letter => char.IsAsciiHexDigit(letter) || letter is ':' or '.') || !IPAddress.TryParse(text, out var parsed))
        {
            address = IPAddress.None;
            return false;
        }

        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return parsed.AddressFamily == AddressFamily.InterNetworkV6 || parsed.ToString() == text;
    }

    private static bool IsIPv4Multicast(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetwork && (address.GetAddressBytes()[0] & 0xf0) == 0xe0;
}
