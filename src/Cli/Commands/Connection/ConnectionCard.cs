using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>A connection for people: a table of itself, and below it its subflows side by side.</summary>
static class ConnectionCard
{
    // As many as stand beside each other on most screens.
    const int SubflowsOfOneTable = 4;

    public static IEnumerable<Func<TextTable>> Of(Connection connection)
    {
        yield return () => About(connection);
        foreach (var (number, few) in connection.Subflows.Chunk(SubflowsOfOneTable).Index())
            yield return () => Beside(number * SubflowsOfOneTable, few);
    }

    static TextTable About(Connection connection)
    {
        var table = new TextTable("CONNECTION", "")
            .Row("namespace", connection.Namespace)
            .Row("token", TokenText.Format(connection.Token))
            .Row("id", NumberText.Format(connection.Id))
            .Row("state", EnumText.Format(connection.State))
            .Row("side", ConnectionText.Side(connection))
            .Row("local", AddressText.Format(connection.Local))
            .Row("remote", AddressText.Format(connection.Remote))
            .Row("path manager", ConnectionText.PathManager(connection))
            .Row("owner", string.Join(", ", OwnerWords(connection.Owner)))
            .Row("known since", connection.CreateTime?.ToDateTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) ?? "");
        foreach (var address in connection.LocalAddresses)
            table.Row("announced to the peer", ConnectionText.Announced(address));
        foreach (var address in connection.RemoteAddresses)
            table.Row("announced by the peer", ConnectionText.Announced(address));
        if (connection.DenyJoinInitialAddress)
            table.Row("peer forbids", "subflows to the address that the connection began with");
        if (connection.ClosedSubflows is { } closed)
        {
            table.Row(
                "closed subflows",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{closed.Count}, which sent {closed.BytesSent} bytes ({closed.BytesRetransmitted} again) and received {closed.BytesReceived}"));
        }

        foreach (var (name, text) in connection.Statistics is { } info ? MptcpFigures.Of(info) : [])
            table.Row(name, text);
        return table;
    }

    static IEnumerable<string> OwnerWords(ConnectionOwner? owner)
    {
        if (owner is null)
            yield break;
        if (owner.Pid != 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{owner.Command} (pid {owner.Pid})");
        yield return string.Create(CultureInfo.InvariantCulture, $"uid {owner.Uid}");
        if (owner.Cgroup.Length > 0)
            yield return "cgroup " + owner.Cgroup;
    }

    static TextTable Beside(int first, Subflow[] subflows)
    {
        var table = new TextTable(
        [
            "SUBFLOW", .. subflows.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{first + i + 1}")),
        ]);
        void Row(string name, Func<Subflow, string> text)
        {
            var cells = subflows.Select(text).ToList();
            if (cells.Any(cell => cell.Length > 0))
                table.Row([name, .. cells]);
        }

        Row("local", subflow => AddressText.Format(subflow.Local));
        Row("remote", subflow => AddressText.Format(subflow.Remote));
        Row("ids", SubflowText.Ids);
        Row("state", subflow => EnumText.Format(subflow.State));
        Row("traits", SubflowText.Traits);
        Row("error", SubflowText.Error);
        Row("id", subflow => subflow.Id == 0 ? "" : NumberText.Format(subflow.Id));
        foreach (var (name, text) in TcpFigures.All)
            Row(name, subflow => subflow.Statistics is { } info ? text(info) : "");
        return table;
    }
}
