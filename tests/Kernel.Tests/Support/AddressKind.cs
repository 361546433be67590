using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>Which addresses a connection and its further subflows have.</summary>
public enum AddressKind
{
    /// <summary>IPv4 throughout.</summary>
    IPv4,

    /// <summary>IPv6 throughout.</summary>
    IPv6,

    /// <summary>An IPv6 connection with IPv4 subflows.</summary>
    IPv4OnIPv6,

    /// <summary>IPv4 throughout, between IPv6 sockets that know it as IPv4-mapped.</summary>
    Mapped,
}

/// <summary>What follows from a kind of addresses.</summary>
static class AddressKinds
{
    /// <summary>The family of the addresses that a connection begins with.</summary>
    public static AddressFamily InitialFamily(this AddressKind kind) =>
        kind is AddressKind.IPv6 or AddressKind.IPv4OnIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>The family of the addresses of further subflows.</summary>
    public static AddressFamily FurtherFamily(this AddressKind kind) =>
        kind == AddressKind.IPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>A host's own address on a path, for further subflows.</summary>
    public static IPAddress FurtherAddress(this AddressKind kind, LabHost host, int path) => host.GetPath(path).Address(kind.FurtherFamily());

    /// <summary>Connects the client to the server over the first path, until both ends are established.</summary>
    public static Task<ConnectedPair> ConnectAsync(this AddressKind kind, NetworkLab lab, CancellationToken cancellationToken) =>
        kind == AddressKind.Mapped
            ? ConnectMappedAsync(lab, cancellationToken)
            : lab.ConnectAsync(kind.InitialFamily(), cancellationToken: cancellationToken);

    static async Task<ConnectedPair> ConnectMappedAsync(NetworkLab lab, CancellationToken cancellationToken)
    {
        var path = lab.Client.GetPath(1);
        var listener = MptcpListener.Open(lab.Server, new IPEndPoint(IPAddress.IPv6Any, 0), new ListenOptions { DualStack = true });
        var client = await MptcpConnection.OpenAsync(
            lab.Client,
            new IPEndPoint(path.PeerIPv4.MapToIPv6(), listener.EndPoint.Port),
            new ConnectOptions { Source = new IPEndPoint(path.IPv4.MapToIPv6(), 0) },
            cancellationToken);
        var server = await listener.AcceptAsync(cancellationToken);
        var pair = new ConnectedPair(client, server, listener);
        await pair.ExchangeAsync(cancellationToken);
        return pair;
    }
}
