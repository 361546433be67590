using System.Net;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>A subflow as the kernel's sockets show it at one moment.</summary>
/// <param name="Id">The cookie of its TCP socket.</param>
/// <param name="Local">The local address and port.</param>
/// <param name="Remote">The remote address and port.</param>
internal sealed record SeenSubflow(ulong Id, IPEndPoint Local, IPEndPoint Remote)
{
    private const SubflowFlags Joins = SubflowFlags.LocalJoin | SubflowFlags.RemoteJoin;

    public SubflowFlags Flags { get; init; }

    public byte LocalId { get; init; }

    public byte RemoteId { get; init; }

    /// <summary>The interface that it is bound to; 0 for none.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>True while its handshake is under way.</summary>
    public bool IsConnecting { get; init; }

    /// <summary>True for the one that the connection began with.</summary>
    public bool Initial => (Flags & Joins) == 0;

    /// <summary>True when this host began it.</summary>
    public bool BeganHere => (Flags & (SubflowFlags.LocalCapable | SubflowFlags.LocalJoin)) != 0;

    /// <summary>Who had it made, as far as its socket tells.</summary>
    public SubflowMaker Maker => Initial ? SubflowMaker.Application : BeganHere ? SubflowMaker.Host : SubflowMaker.Peer;

    public bool LocalBackup => (Flags & SubflowFlags.LocalBackup) != 0;

    public bool RemoteBackup => (Flags & SubflowFlags.RemoteBackup) != 0;

    public bool FullyEstablished => (Flags & SubflowFlags.FullyEstablished) != 0;

    public static SeenSubflow From(TcpSocket socket) => new(socket.Cookie, socket.Local, socket.Remote)
    {
        Flags = socket.Subflow?.Flags ?? SubflowFlags.None,
        LocalId = socket.Subflow?.LocalId ?? 0,
        RemoteId = socket.Subflow?.RemoteId ?? 0,
        InterfaceIndex = socket.InterfaceIndex ?? 0,
        IsConnecting = socket.State == SocketState.SynSent,
    };
}
