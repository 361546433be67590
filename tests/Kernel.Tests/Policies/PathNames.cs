using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Native.Diagnostics;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>
/// Short names of subflows, as the client sees them: <c>2>1</c> runs from the client's address of path 2 to the server's of path 1;
/// <c>2v6>1v6</c> over IPv6. Addresses that are not the lab's own have their text.
/// </summary>
static class PathNames
{
    public static string Of(IPAddress client, IPAddress server) => $"{End(client, host: 1)}>{End(server, host: 2)}";

    /// <summary>Every pair of two sets of ends.</summary>
    public static IEnumerable<string> Mesh(IEnumerable<string> clients, IEnumerable<string> servers) =>
        clients.SelectMany(_ => servers, (client, server) => $"{client}>{server}");

    public static string Join(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));

    /// <summary>What the kernel of a host has of a connection; what is not established has a question mark.</summary>
    /// <param name="host">The host.</param>
    /// <param name="token">The connection's token there.</param>
    /// <param name="mirrored">Whether it is the server's.</param>
    public static string At(PicturedHost host, uint token, bool mirrored = false) =>
        Join(host.ListSubflows().Where(subflow => subflow.Subflow!.LocalToken == token).Select(subflow => Describe(subflow, mirrored)));

    /// <summary>What the kernel of a host has of every connection, by token.</summary>
    public static IReadOnlyDictionary<uint, string> At(PicturedHost host, bool mirrored = false) => host.ListSubflows()
        .GroupBy(subflow => subflow.Subflow!.LocalToken)
        .ToDictionary(connection => connection.Key, connection => Join(connection.Select(subflow => Describe(subflow, mirrored))));

    static string Describe(TcpSocket subflow, bool mirrored)
    {
        var (local, remote) = (subflow.Local.Address, subflow.Remote.Address);
        return (mirrored ? Of(remote, local) : Of(local, remote)) + (subflow.State == SocketState.Established ? "" : "?");
    }

    static string End(IPAddress address, int host)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        if (bytes[^1] != host || (bytes.Length > 4 && bytes[^2] != 0))
            return plain.ToString();
        return plain.AddressFamily == AddressFamily.InterNetworkV6
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes[5]}v6")
            : bytes[2].ToString(CultureInfo.InvariantCulture);
    }
}
