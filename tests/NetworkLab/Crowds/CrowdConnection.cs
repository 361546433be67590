using System.Globalization;
using System.Net;

namespace Mptcp.Lab;

/// <summary>One end of a connection of a <see cref="Crowd"/>.</summary>
/// <param name="Local">This end; an IPv4-mapped address as IPv4.</param>
/// <param name="Remote">The other end, likewise.</param>
/// <param name="Token">The connection's token on this host; 0 when it fell back to TCP, whose socket does not tell it.</param>
/// <param name="Cookie">The kernel's number of the socket.</param>
public sealed record CrowdConnection(IPEndPoint Local, IPEndPoint Remote, uint Token, ulong Cookie)
{
    /// <summary>Reads "LOCAL REMOTE TOKEN COOKIE".</summary>
    internal static CrowdConnection Parse(string line)
    {
        var words = line.Split(' ');
        return new CrowdConnection(
            ParseEnd(words[0]),
            ParseEnd(words[1]),
            uint.Parse(words[2], CultureInfo.InvariantCulture),
            ulong.Parse(words[3], CultureInfo.InvariantCulture));
    }

    static IPEndPoint ParseEnd(string text)
    {
        var end = IPEndPoint.Parse(text);
        return end.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(end.Address.MapToIPv4(), end.Port) : end;
    }
}
