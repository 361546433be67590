using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>Addresses with and without a port: <c>ADDR</c>, <c>ADDR:PORT</c>, and <c>[ADDR]:PORT</c> for IPv6.</summary>
static class AddressText
{
    const string Forms = "expected IPv4 or IPv6";
    const string FormsWithPort = "expected ADDR:PORT, or [ADDR]:PORT for IPv6";

    /// <summary>Reads an address that has no port.</summary>
    public static string ParseAddress(string text) =>
        Split(text, out var port) is { } address && port is null
            ? address
            : throw new FormatException($"'{text}' is not an address: {Forms}{(port is null ? "" : ", without a port")}");

    /// <summary>Reads an address that may have a port.</summary>
    public static SocketAddress Parse(string text) =>
        Split(text, out var port) is { } address
            ? new SocketAddress { Address = address, Port = port ?? 0 }
            : throw new FormatException($"'{text}' is not an address: expected ADDR or ADDR:PORT, [ADDR]:PORT for IPv6");

    /// <summary>Reads an address that must have a port.</summary>
    public static SocketAddress ParseWithPort(string text)
    {
        if (Split(text, out var port) is not { } address)
            throw new FormatException($"'{text}' is not an address and port: {FormsWithPort}");
        return port is { } given
            ? new SocketAddress { Address = address, Port = given }
            : throw new FormatException($"'{text}' has no port: {FormsWithPort}");
    }

    /// <summary>Shows an address, with its port where it has one, as it can be read again.</summary>
    public static string Format(SocketAddress? address) => address switch
    {
        null or { Address: "" } => "-",
        { Port: 0 } => address.Address,
        _ when address.Address.Contains(':', StringComparison.Ordinal) =>
            string.Create(CultureInfo.InvariantCulture, $"[{address.Address}]:{address.Port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{address.Address}:{address.Port}"),
    };

    // Null when the text is no address; a port that is wrong says so itself.
    static string? Split(string text, out uint? port)
    {
        port = null;
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || Canonical(text[1..end]) is not { } address || !address.Contains(':', StringComparison.Ordinal))
                return null;
            if (end + 1 == text.Length)
                return address;
            if (text[end + 1] != ':')
                return null;
            port = ParsePort(text, text[(end + 2)..]);
            return address;
        }

        // One colon parts an IPv4 address from its port; more make it IPv6, which takes a port only in brackets.
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || colon != text.LastIndexOf(':'))
            return Canonical(text);
        if (Canonical(text[..colon]) is not { } ipv4)
            return null;
        port = ParsePort(text, text[(colon + 1)..]);
        return ipv4;
    }

    static uint ParsePort(string text, string port) =>
        uint.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= ushort.MaxValue
            ? number
            : throw new FormatException($"the port of '{text}' is not a number from 1 to 65535");

    // .NET also reads "10.1", "0x7f.1" and octal parts as IPv4, which nobody means, and scopes of IPv6, which the
    // contract has no place for.
    static string? Canonical(string text)
    {
        if (!IPAddress.TryParse(text, out var address) || text.Contains('%', StringComparison.Ordinal))
            return null;
        var canonical = address.ToString();
        return address.AddressFamily == AddressFamily.InterNetworkV6 || canonical == text ? canonical : null;
    }
}
