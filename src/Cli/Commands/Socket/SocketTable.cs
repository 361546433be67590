using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Sockets as a table: a row each, and below it, where it is wanted, all that the kernel tells.</summary>
sealed class SocketTable
{
    /// <summary>What the rows alone show.</summary>
    public static readonly IReadOnlyList<SocketExtension> Extensions =
        [SocketExtension.Info, SocketExtension.Subflow, SocketExtension.CongestionControl];

    readonly Func<SocketInfo, IEnumerable<string>> _cells;

    SocketTable(IReadOnlyList<string> headings, Func<SocketInfo, IEnumerable<string>> cells)
    {
        Table = new TextTable(["STATE", "RECV-Q", "SEND-Q", "LOCAL", "REMOTE", .. headings, "TRAITS"]);
        _cells = cells;
    }

    public TextTable Table { get; }

    public static SocketTable OfMptcp() => new(["TOKEN", "SUBFLOWS"], MptcpCells);

    public static SocketTable OfTcp() => new(["TOKEN", "IDS", "CONGESTION", "RTT", "CWND"], TcpCells);

    public void Add(SocketInfo socket, bool withInfo)
    {
        Table.Row(
        [
            SocketStateText.Format(socket.State),
            NumberText.Format(socket.ReceiveQueue),
            NumberText.Format(socket.SendQueue),
            AddressText.Format(socket.Local),
            // A socket that is not connected has the port 0 of any address.
            socket.Remote is { Port: 0 } ? "" : AddressText.Format(socket.Remote),
            .. _cells(socket),
            string.Join(',', Traits(socket)),
        ]);
        if (withInfo)
            Table.Below("    " + string.Join(' ', SocketWords.Of(socket)));
    }

    static IEnumerable<string> MptcpCells(SocketInfo socket)
    {
        var info = socket.MptcpInfo;
        // Of a listener the kernel knows neither.
        return info is null || info.Token == 0
            ? ["", ""]
            : [TokenText.Format(info.Token), NumberText.Format(info.HasSubflowsTotal ? info.SubflowsTotal : info.AdditionalSubflows + 1)];
    }

    static IEnumerable<string> TcpCells(SocketInfo socket)
    {
        yield return socket.Subflow is { LocalToken: not 0 } ? TokenText.Format(socket.Subflow.LocalToken) : "";
        yield return socket.Subflow is { } subflow
            ? string.Create(CultureInfo.InvariantCulture, $"{subflow.LocalId}/{subflow.RemoteId}")
            : "";
        yield return socket.CongestionControl;
        yield return socket.TcpInfo?.RoundTripTime is { } time && time.ToTimeSpan() > TimeSpan.Zero
            ? SocketWords.Milliseconds(time) + "ms"
            : "";
        yield return socket.TcpInfo is { } info ? NumberText.Format(info.CongestionWindow) : "";
    }

    static IEnumerable<string> Traits(SocketInfo socket)
    {
        if (socket.MptcpInfo is { Fallback: true })
            yield return "fallback";
        if (socket.Ending)
            yield return "ending";
        if (socket.Subflow is { } subflow && (subflow.Flags.Contains(SubflowFlag.LocalBackup) || subflow.Flags.Contains(SubflowFlag.RemoteBackup)))
            yield return "backup";
        // That a subflow is MPTCP's is told by its token.
        if (socket.UpperLayer is not ("" or "mptcp"))
            yield return socket.UpperLayer;
        if (socket.InterfaceIndex != 0)
            yield return "interface=" + (socket.Interface.Length > 0 ? socket.Interface : NumberText.Format((ulong)socket.InterfaceIndex));
    }
}
