using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;
using Connection = Mptcp.ControlPlane.Server.State.Connection;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Connections;

/// <summary>Makes a page of a list of connections.</summary>
internal static class ConnectionPage
{
    // gRPC clients take messages of up to 4 MiB unless they are told otherwise; a connection takes a few hundred bytes.
    private const int MostBytes = 3 * 1024 * 1024;

    /// <param name="snapshot">Every connection.</param>
    /// <param name="options">Which are wanted.</param>
    /// <param name="only">The namespace whose connections are wanted; null for all.</param>
    /// <param name="epoch">The daemon's start, which the token of the next page is of.</param>
    /// <param name="addStatistics">Adds the kernel's figures to a connection; null where they are not wanted.</param>
    public static ListConnectionsResponse Make(
        StateSnapshot snapshot, ListOptions options, string? only, Guid epoch, Action<Proto.Connection, Connection>? addStatistics)
    {
        var response = new ListConnectionsResponse();
        var bytes = 0;
        Connection? last = null;
        for (var i = options.After?.PlaceAfter(snapshot.Connections) ?? 0; i < snapshot.Connections.Count; i++)
        {
            var connection = snapshot.Connections[i];
            if ((only is not null && connection.Namespace != only) || !options.Filter.Matches(connection))
                continue;
            if (last is not null && (response.Connections.Count == options.PageSize || bytes >= MostBytes))
            {
                response.NextPageToken = new PageToken(epoch, options.Fingerprint, last.Id, last.Token, last.Namespace).ToString();
                break;
            }

            var message = ConnectionMapping.ToProto(connection);
            addStatistics?.Invoke(message, connection);
            response.Connections.Add(message);
            bytes += message.CalculateSize();
            last = connection;
        }

        return response;
    }
}
