using Mptcp.Native.Diagnostics;

namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>The sockets of one connection at one moment.</summary>
/// <param name="Token">The connection's token.</param>
/// <param name="Socket">Its MPTCP socket.</param>
/// <param name="Subflows">Its subflows, each once.</param>
internal sealed record ConnectionSockets(uint Token, MptcpSocket Socket, IReadOnlyList<TcpSocket> Subflows)
{
    /// <summary>The connection's id.</summary>
    public ulong Id => Socket.ConnectionId(Token);

    /// <summary>What samples need to be told of sockets.</summary>
    public const SocketExtensions Extensions = SocketExtensions.Info | SocketExtensions.Subflow;
}
