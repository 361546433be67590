using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>What one end of a socket is to be: a prefix, ports, or both.</summary>
/// <param name="Prefix">The prefix in CIDR notation; empty for any address.</param>
/// <param name="Ports">The ports; null for any.</param>
sealed record EndPattern(string Prefix, PortRange? Ports)
{
    public const string Forms = "CIDR[:PORT]";

    const string Expected = "expected for instance 198.18.0.0/15, 198.18.0.1:443, :1000-2000 or [2001:db8::/32]:443";

    /// <summary>
    /// Reads <c>ADDR</c> or <c>ADDR/LENGTH</c>, with <c>:PORT</c> or <c>:FIRST-LAST</c> behind it or alone. IPv6 with ports is
    /// in brackets, with its length in or behind them.
    /// </summary>
    public static EndPattern Parse(string text)
    {
        var (address, length, ports) = Split(text);
        return new EndPattern(
            address is "" or "*" ? length is null ? "" : throw Refuse(text) : ParsePrefix(text, address, length),
            ports is null ? null : ParsePorts(text, ports));
    }

    // The parts as they stand there; null for those that do not.
    static (string Address, string? Length, string? Ports) Split(string text)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0)
                throw Refuse(text);
            var (inside, rest) = (text[1..end], text[(end + 1)..]);
            if (!inside.Contains(':', StringComparison.Ordinal))
                throw Refuse(text);
            var colon = rest.IndexOf(':', StringComparison.Ordinal);
            var behind = colon < 0 ? rest : rest[..colon];
            if (behind.Length > 0 && !behind.StartsWith('/'))
                throw Refuse(text);
            var (address, length) = Cut(inside + behind, '/');
            return (address, length, colon < 0 ? null : rest[(colon + 1)..]);
        }

        // Behind a slash a colon can only part the length from ports; else one colon alone does.
        var (before, after) = Cut(text, '/');
        if (after is not null)
        {
            var (length, ports) = Cut(after, ':');
            return (before, length, ports);
        }

        if (text.Count(letter => letter == ':') != 1)
            return (text, null, null);
        var (host, port) = Cut(text, ':');
        return (host, null, port);
    }

    static (string, string?) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var place ? (text[..place], text[(place + 1)..]) : (text, null);

    static string ParsePrefix(string text, string addressText, string? lengthText)
    {
        if (!IPAddress.TryParse(addressText, out var address) || addressText.AsSpan().IndexOfAny("%[]") >= 0)
            throw Refuse(text);
        var isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        // .NET also reads "10.1" and "0x7f.1" as IPv4.
        if (isIPv4 && address.ToString() != addressText)
            throw Refuse(text);

        var longest = isIPv4 ? 32 : 128;
        if (lengthText is null)
            return string.Create(CultureInfo.InvariantCulture, $"{address}/{longest}");
        if (!int.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > longest)
            throw new FormatException($"the length of the prefix in '{text}' is not a number from 0 to {longest}");
        var network = IPNetwork.Parse(string.Create(CultureInfo.InvariantCulture, $"{address}/{length}"));
        return network.BaseAddress.Equals(address)
            ? network.ToString()
            : throw new FormatException($"'{text}' has bits set behind its prefix: expected {network}");
    }

    static PortRange ParsePorts(string text, string portsText)
    {
        var (first, last) = Cut(portsText, '-');
        var range = new PortRange { First = ParsePort(text, first), Last = ParsePort(text, last ?? first) };
        return range.First <= range.Last ? range : throw new FormatException($"the ports of '{text}' end before they begin");
    }

    static uint ParsePort(string text, string port) =>
        uint.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= ushort.MaxValue
            ? number
            : throw new FormatException($"the port of '{text}' is not a number from 1 to 65535, or a range of such");

    static FormatException Refuse(string text) => new($"'{text}' is neither a prefix nor a port: {Expected}");
}
