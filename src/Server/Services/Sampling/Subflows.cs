using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Filters;

namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>Finds subflows among all TCP sockets.</summary>
internal static class Subflows
{
    /// <summary>Lists subflows, each once: the kernel may list one twice that changes its state meanwhile.</summary>
    /// <param name="diagnostics">The sockets of the namespace.</param>
    /// <param name="filter">What must hold of them in the kernel; nothing when null.</param>
    /// <param name="wanted">Whether a subflow is to be kept.</param>
    public static List<TcpSocket> List(SocketDiagnostics diagnostics, SocketFilter? filter, Func<TcpSocket, bool> wanted)
    {
        var query = new SocketQuery { Extensions = ConnectionSockets.Extensions, Filter = filter };
        var cookies = new HashSet<ulong>();
        var subflows = new List<TcpSocket>();
        // Plain TCP, of which a host may have far more, is not kept.
        foreach (var socket in diagnostics.ListTcpSockets(query, socket => socket.Subflow is not null && wanted(socket) ? socket : null))
        {
            if (socket is not null && cookies.Add(socket.Cookie))
                subflows.Add(socket);
        }

        return subflows;
    }

    /// <summary>Whether a TCP socket is a subflow of a connection. One that fell back has no token, and the connection's ends.</summary>
    public static bool IsOf(MptcpSocket connection, uint token, TcpSocket socket) => socket.Subflow switch
    {
        null => false,
        { LocalToken: 0 } => socket.Local.Equals(connection.Local) && socket.Remote.Equals(connection.Remote),
        var subflow => subflow.LocalToken == token,
    };
}
