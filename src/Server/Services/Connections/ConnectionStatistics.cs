using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Connections;

/// <summary>What the kernel's figures of a connection and its subflows are now.</summary>
internal static class ConnectionStatistics
{
    /// <summary>Adds the figures. What the kernel does not know any more stays without.</summary>
    /// <param name="message">The connection as it is shown.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="served">The namespace that it lives in.</param>
    public static void AddTo(Proto.Connection message, Connection connection, HostNamespace served)
    {
        if (!served.CanFindConnections
            || served.Diagnostics.FindConnection(connection.Token, SocketExtensions.Info) is not { Info: { } info } socket
            || socket.ConnectionId(connection.Token) != connection.Id)
        {
            return;
        }

        message.Statistics = SocketMapping.ToProto(info);
        foreach (var (shown, subflow) in message.Subflows.Zip(connection.ShownSubflows()))
        {
            if (Find(connection.Token, subflow, served.Diagnostics) is { Info: { } figures })
                shown.Statistics = SocketMapping.ToProto(figures);
        }
    }

    private static TcpSocket? Find(uint token, Subflow subflow, SocketDiagnostics diagnostics)
    {
        if (subflow.Local.Port == 0 || subflow.Local.AddressFamily != subflow.Remote.AddressFamily)
            return null;
        var extensions = SocketExtensions.Info | SocketExtensions.Subflow;
        var socket = diagnostics.FindTcpSocket(subflow.Local, subflow.Remote, subflow.InterfaceIndex, extensions);
        // Another socket may run between the same ends by now.
        return socket is not null && (socket.Cookie == subflow.Id || (subflow.Id == 0 && socket.Subflow?.LocalToken == token)) ? socket : null;
    }
}
