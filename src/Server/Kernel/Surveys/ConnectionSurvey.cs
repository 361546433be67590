using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>Every connection of a namespace with its subflows, as the kernel's sockets show them.</summary>
internal static class ConnectionSurvey
{
    private const SocketStates WithSubflowsOfFallback = SocketStates.Connected & ~(SocketStates.TimeWait | SocketStates.SynReceived);

    /// <summary>
    /// The states of MPTCP sockets that may be connections. Listeners are not listed with them: who asks the kernel for a listener has it
    /// give that a cookie, which all connections accepted later have too. Its TCP socket, by which a port is known to be listened at, is
    /// not like that.
    /// </summary>
    public static SocketStates ConnectionStates => SocketStates.All & ~SocketStates.Listening;

    /// <summary>The states of TCP sockets that may be subflows of a connection.</summary>
    public static SocketStates SubflowStates => WithSubflowsOfFallback;

    /// <summary>
    /// Reads all of it. What comes or goes meanwhile may be in it or not: the kernel's events tell of that.
    /// </summary>
    /// <param name="diagnostics">Where to ask for sockets.</param>
    /// <param name="pathManager">Where to ask for the addresses of connections.</param>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    /// <exception cref="NetlinkTransportException">Talking to it failed.</exception>
    /// <exception cref="NetlinkFormatException">An answer has no sense.</exception>
    /// <exception cref="DumpInterruptedException">The lists changed every time they were read.</exception>
    public static List<SeenConnection> Take(SocketDiagnostics diagnostics, PathManager pathManager)
    {
        // Connections first: a subflow of one that came later is left out, where a connection without its subflow would seem orphaned.
        var connections = new Dictionary<uint, MptcpSocket>();
        diagnostics.ListMptcpSockets(new SocketQuery { States = ConnectionStates, Extensions = SocketExtensions.Info }, socket =>
        {
            if (IsConnection(socket))
                connections[socket.Info!.Token] = socket;
            return true;
        });
        var listening = new HashSet<int>();
        diagnostics.ListTcpSockets(new SocketQuery { States = SocketStates.Listening }, socket => listening.Add(socket.Local.Port));

        var subflows = ListSubflows(diagnostics, connections);
        var seen = new List<SeenConnection>(connections.Count);
        foreach (var (token, socket) in connections)
        {
            subflows.TryGetValue(token, out var own);
            var connection = Seen(socket, own is null ? [] : [.. own.Values], listening.Contains);
            if (WithAddresses(connection, diagnostics, pathManager) is { } whole)
                seen.Add(whole);
        }

        return seen;
    }

    /// <summary>
    /// Whether an MPTCP socket is a connection that began and whose end has not been told of. The kernel tells of a client's
    /// beginning, when it has the peer's key, a moment before the socket's state says so, and on a fast processor before the socket
    /// says that it has the key.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="isTold">Whether the kernel has told of its beginning.</param>
    public static bool IsConnection(MptcpSocket socket, bool isTold = false)
        => socket is { State: not SocketState.Listening, IsEnding: false, Info: { Token: not 0 } info }
        && (isTold || socket.State != SocketState.SynSent || (info.Flags & MptcpInfoFlags.RemoteKeyReceived) != 0);

    /// <summary>Whether a TCP socket of a connection still is a subflow of it, and not one that the kernel is done with.</summary>
    public static bool IsSubflow(TcpSocket socket, bool fallback) => fallback
        ? socket.State is not (SocketState.TimeWait or SocketState.Closed)
        : socket.State is SocketState.Established or SocketState.CloseWait or SocketState.SynSent;

    /// <summary>What a connection's sockets show of it.</summary>
    /// <param name="socket">Its MPTCP socket.</param>
    /// <param name="subflows">Its subflows.</param>
    /// <param name="isListening">Tells whether somebody listens at a local port; null when it does not matter which side this host is.</param>
    public static SeenConnection Seen(MptcpSocket socket, ImmutableArray<SeenSubflow> subflows, Func<int, bool>? isListening)
    {
        var initial = subflows.FirstOrDefault(subflow => subflow.Initial);
        return new SeenConnection(socket.Info!.Token, socket.ConnectionId(socket.Info.Token), socket.Local, socket.Remote)
        {
            UserId = socket.UserId,
            HasFallenBack = socket.Info.HasFallenBack,
            // The first subflow knows who began; without it, whoever is connected at a port that is listened at has accepted.
            ServerSide = initial is not null ? !initial.BeganHere : isListening?.Invoke(socket.Local.Port),
            Subflows = subflows,
        };
    }

    private static Dictionary<uint, SortedList<ulong, SeenSubflow>> ListSubflows(
        SocketDiagnostics diagnostics, Dictionary<uint, MptcpSocket> connections)
    {
        // A socket that is over may still have the ends of one that came after it.
        var fallen = new Dictionary<(IPEndPoint, IPEndPoint, int), uint>();
        foreach (var socket in connections.Values.Where(socket => socket.Info!.HasFallenBack && socket.State != SocketState.Closed))
            fallen[EndsOf(socket)] = socket.Info!.Token;
        // By their cookies: a socket that changes its state meanwhile may be listed twice.
        var subflows = new Dictionary<uint, SortedList<ulong, SeenSubflow>>(connections.Count);
        diagnostics.ListTcpSockets(new SocketQuery { States = SubflowStates, Extensions = SocketExtensions.Subflow }, socket =>
        {
            if (socket.Subflow is { } subflow)
            {
                var token = subflow.LocalToken;
                if (token == 0)
                    fallen.TryGetValue(EndsOf(socket), out token);
                if (connections.TryGetValue(token, out var connection) && IsSubflow(socket, connection.Info!.HasFallenBack))
                {
                    ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(subflows, token, out _);
                    own ??= new SortedList<ulong, SeenSubflow>(1);
                    own[socket.Cookie] = SeenSubflow.From(socket);
                }
            }

            return true;
        });
        return subflows;
    }

    private static (IPEndPoint Local, IPEndPoint Remote, int InterfaceIndex) EndsOf(InternetSocket socket)
        => (socket.Local, socket.Remote, socket.InterfaceIndex ?? 0);

    // The addresses also say which path manager has the connection: the kernel's own has none to tell, in the same words in which
    // it says that there is no such connection any more.
    /// <summary>Adds what the path manager tells of a connection; null when there is no such connection any more.</summary>
    public static SeenConnection? WithAddresses(SeenConnection connection, SocketDiagnostics diagnostics, PathManager pathManager)
    {
        if (connection.HasFallenBack)
            return connection;
        var addresses = pathManager.FindLocalAddresses(connection.Token);
        if (addresses is null && diagnostics.FindConnection(connection.Token)?.ConnectionId(connection.Token) != connection.Id)
            return null;
        return connection with
        {
            PathManager = addresses is null ? PathManagerType.Kernel : PathManagerType.Userspace,
            LocalAddresses = addresses is null ? [] : Announced(addresses),
        };
    }

    /// <summary>Those of a connection's local addresses that it announces.</summary>
    private static ImmutableArray<AnnouncedAddress> Announced(IReadOnlyList<Endpoint> addresses) =>
    [
        .. addresses.Where(address => (address.Flags & EndpointFlags.Signal) != 0)
            .Select(address => new AnnouncedAddress(address.Id, new IPEndPoint(address.Address, address.Port))),
    ];
}
