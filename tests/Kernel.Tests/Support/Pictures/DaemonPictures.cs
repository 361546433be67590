using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;

namespace Mptcp.Kernel.Tests.Support.Pictures;

/// <summary>Pictures of what the daemon tells.</summary>
static class DaemonPictures
{
    const int LongestPage = 1000;

    /// <summary>Draws what the daemon lists.</summary>
    public static async Task<Picture> DrawAsync(this ControlPlaneClient client, CancellationToken cancellationToken)
    {
        var connections = new List<Connection>();
        var request = new ListConnectionsRequest { PageSize = LongestPage };
        do
        {
            var page = await client.Connections.ListConnectionsAsync(request, cancellationToken: cancellationToken);
            connections.AddRange(page.Connections);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return Draw(connections);
    }

    /// <summary>Draws connections, of which those with an owner that is not known yet are so to everybody.</summary>
    public static Picture Draw(IEnumerable<Connection> connections)
    {
        var picture = new Picture();
        foreach (var connection in connections)
            picture.Add(new ConnectionName(connection.Namespace, connection.Token), Fields(connection));
        return picture;
    }

    static IEnumerable<(string Field, object? Value)> Fields(Connection connection)
    {
        yield return ("id", connection.Id);
        yield return ("state", connection.State);
        yield return ("server_side", connection.ServerSide);
        yield return ("local", Text(connection.Local));
        yield return ("remote", Text(connection.Remote));
        yield return ("path_manager", connection.PathManager == PathManagerType.Unspecified ? Picture.Unknown : connection.PathManager);
        yield return ("owner.uid", connection.Owner?.Uid.ToString() ?? Picture.Unknown);
        yield return ("subflows", connection.Subflows.Count);
        foreach (var subflow in connection.Subflows)
        {
            var prefix = $"subflow {Text(subflow.Local)}-{Text(subflow.Remote)} ";
            yield return (prefix + "id", subflow.Id);
            yield return (prefix + "state", subflow.State);
            yield return (prefix + "local_id", subflow.LocalId);
            yield return (prefix + "remote_id", subflow.RemoteId);
            yield return (prefix + "local_backup", subflow.LocalBackup);
            yield return (prefix + "remote_backup", subflow.RemoteBackup);
            yield return (prefix + "backup", subflow.Backup);
            yield return (prefix + "interface_index", subflow.InterfaceIndex);
            yield return (prefix + "initial", subflow.Initial);
        }

        foreach (var address in connection.LocalAddresses)
            yield return ($"local address {address.Id}", Text(address.Address));
    }

    static string Text(SocketAddress address) => address.Address.Contains(':', StringComparison.Ordinal)
        ? $"[{address.Address}]:{address.Port}"
        : $"{address.Address}:{address.Port}";
}
