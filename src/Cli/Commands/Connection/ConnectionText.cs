using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>A connection in words.</summary>
static class ConnectionText
{
    /// <summary>Which side opened it, from this host's view.</summary>
    public static string Side(Connection connection) => connection.ServerSide ? "server" : "client";

    /// <summary>The path manager that decides about it; empty while it is not known.</summary>
    public static string PathManager(Connection connection) =>
        connection.PathManager == PathManagerType.Unspecified ? "" : EnumText.Format(connection.PathManager);

    /// <summary>Who holds it, else who made it; empty while neither is known.</summary>
    public static string Owner(ConnectionOwner? owner) => owner switch
    {
        null => "",
        { Pid: 0 } => "uid=" + NumberText.Format(owner.Uid),
        _ => string.Create(CultureInfo.InvariantCulture, $"{owner.Command}[{owner.Pid}]"),
    };

    /// <summary>Bytes sent, sent again and received, as far as the kernel counts them.</summary>
    public static IEnumerable<string> Traffic(MptcpInfo? info) =>
    [
        info is { HasBytesSent: true } ? NumberText.Format(info.BytesSent) : "",
        info is { HasBytesRetransmitted: true } ? NumberText.Format(info.BytesRetransmitted) : "",
        info is { HasBytesReceived: true } ? NumberText.Format(info.BytesReceived) : "",
    ];

    /// <summary>An address that one side has announced, with its id.</summary>
    public static string Announced(AnnouncedAddress address) => $"{AddressText.Format(address.Address)} (id {NumberText.Format(address.Id)})";
}
