using System.Net;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Support.Pictures;

/// <summary>
/// A namespace whose kernel is asked for its connections, in the plainest way: every MPTCP socket, every TCP socket that says it is part
/// of one, and the addresses of each. It is right only while nothing moves.
/// </summary>
/// <param name="name">The daemon's name of the namespace.</param>
/// <param name="path">A path of the namespace.</param>
sealed class PicturedHost(string name, string path) : IDisposable
{
    // A TCP socket in any other state is not, or no longer, part of its connection, or never tells whether it is.
    const SocketStates SubflowStates = SocketStates.Established | SocketStates.CloseWait | SocketStates.SynSent;

    readonly SocketDiagnostics _diagnostics = SocketDiagnostics.Open(NetworkNamespace.Find(path));

    /// <summary>Commands to the namespace's path manager.</summary>
    public PathManager PathManager { get; } = PathManager.Open(NetworkNamespace.Find(path));

    /// <summary>The daemon's name of the namespace.</summary>
    public string Name => name;

    /// <summary>The sockets of connections, those whose handshake at the end goes on included.</summary>
    public IReadOnlyList<MptcpSocket> ListConnections() => _diagnostics.ListMptcpSockets(
        new SocketQuery { States = SocketStates.All & ~SocketStates.Listening, Extensions = SocketExtensions.Info });

    /// <summary>The tokens of all connections.</summary>
    public IReadOnlyList<uint> ListTokens() => _diagnostics.ListMptcpSockets(
        new SocketQuery { States = SocketStates.All & ~SocketStates.Listening, Extensions = SocketExtensions.Info },
        socket => socket.Info!.Token);

    /// <summary>The TCP sockets that say that they are part of a connection.</summary>
    public IReadOnlyList<TcpSocket> ListSubflows() => [.. ListTcpSockets().Where(socket => socket.Subflow is not null)];

    /// <summary>The cookie of the connection of a token.</summary>
    public ulong FindId(uint token) => _diagnostics.FindConnection(token)!.ConnectionId(token);

    /// <summary>Draws what the kernel shows into a picture: of all connections, or of the one of a token.</summary>
    public void DrawInto(Picture picture, uint? only = null)
    {
        var sockets = ListConnections();
        var subflows = ListTcpSockets();
        var byToken = subflows.Where(subflow => subflow.Subflow is not null).ToLookup(subflow => subflow.Subflow!.LocalToken);
        // One that has fallen back says no more whose it is: its two ends are the connection's.
        var byEnds = subflows.ToLookup(subflow => (subflow.Local, subflow.Remote));
        foreach (var socket in sockets.Where(socket => IsTold(socket) && (only ?? socket.Info!.Token) == socket.Info!.Token))
        {
            var own = socket.Info!.HasFallenBack ? byEnds[(socket.Local, socket.Remote)] : byToken[socket.Info.Token];
            picture.Add(new ConnectionName(name, socket.Info.Token), Fields(socket, [.. own]));
        }
    }

    /// <summary>Ends a subflow behind the daemon's back, as a reset does.</summary>
    public void Reset(TcpSocket subflow) => _diagnostics.DestroyTcpSocket(SocketIdentity.Of(subflow));

    /// <inheritdoc/>
    public void Dispose()
    {
        PathManager.Dispose();
        _diagnostics.Dispose();
    }

    List<TcpSocket> ListTcpSockets() =>
        _diagnostics.ListTcpSockets(new SocketQuery { States = SubflowStates, Extensions = SocketExtensions.Subflow });

    // The kernel has told of the end of what is ending, and of nothing yet of what only begins.
    static bool IsTold(MptcpSocket socket) => !socket.IsEnding && socket.State != SocketState.SynSent && socket.Info!.Token != 0;

    IEnumerable<(string Field, object? Value)> Fields(MptcpSocket socket, IReadOnlyList<TcpSocket> subflows)
    {
        var initial = subflows.FirstOrDefault(IsInitial);
        var addresses = socket.Info!.HasFallenBack ? null : PathManager.FindLocalAddresses(socket.Info.Token);
        yield return ("id", socket.ConnectionId(socket.Info!.Token));
        yield return ("state", StateOf(socket, subflows));
        yield return ("server_side", initial?.Subflow is null ? Picture.Unknown : !Has(initial, SubflowFlags.LocalCapable));
        yield return ("local", socket.Local);
        yield return ("remote", socket.Remote);
        yield return ("path_manager", socket.Info.HasFallenBack
            ? Picture.Unknown
            : addresses is null ? Control.V1.PathManagerType.Kernel : Control.V1.PathManagerType.Userspace);
        yield return ("owner.uid", socket.UserId);
        yield return ("subflows", subflows.Count);
        foreach (var subflow in subflows)
        {
            var prefix = $"subflow {subflow.Local}-{subflow.Remote} ";
            var (localBackup, remoteBackup) = (Has(subflow, SubflowFlags.LocalBackup), Has(subflow, SubflowFlags.RemoteBackup));
            yield return (prefix + "id", subflow.Cookie);
            yield return (prefix + "state", subflow.State == SocketState.SynSent ? Control.V1.SubflowState.Connecting : Control.V1.SubflowState.Established);
            yield return (prefix + "local_id", subflow.Subflow?.LocalId ?? 0);
            yield return (prefix + "remote_id", subflow.Subflow?.RemoteId ?? 0);
            yield return (prefix + "local_backup", localBackup);
            yield return (prefix + "remote_backup", remoteBackup);
            yield return (prefix + "backup", localBackup || remoteBackup);
            yield return (prefix + "interface_index", subflow.InterfaceIndex ?? 0);
            yield return (prefix + "initial", IsInitial(subflow));
        }

        foreach (var address in (addresses ?? []).Where(address => address.Flags.HasFlag(EndpointFlags.Signal)))
            yield return ($"local address {address.Id}", new IPEndPoint(address.Address, address.Port));
    }

    static Control.V1.ConnectionState StateOf(MptcpSocket socket, IReadOnlyList<TcpSocket> subflows)
    {
        if (socket.Info!.HasFallenBack)
            return Control.V1.ConnectionState.Fallback;
        if (subflows.All(subflow => subflow.State == SocketState.SynSent))
            return Control.V1.ConnectionState.Orphaned;
        return subflows.Any(subflow => Has(subflow, SubflowFlags.FullyEstablished))
            ? Control.V1.ConnectionState.Established
            : Control.V1.ConnectionState.Created;
    }

    static bool IsInitial(TcpSocket subflow) => !Has(subflow, SubflowFlags.LocalJoin) && !Has(subflow, SubflowFlags.RemoteJoin);

    static bool Has(TcpSocket subflow, SubflowFlags flag) => ((subflow.Subflow?.Flags ?? SubflowFlags.None) & flag) != 0;
}
