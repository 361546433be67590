using Mptcp.Native.Diagnostics;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>What the kernel said when it was asked for the socket of a token.</summary>
/// <param name="Known">False when it could not be asked, which says nothing of the socket.</param>
/// <param name="Socket">The socket; null when no connection has the token.</param>
internal readonly record struct SocketAnswer(bool Known, MptcpSocket? Socket);
