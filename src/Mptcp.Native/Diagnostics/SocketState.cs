#pragma warning disable CA1008 // The kernel has no state of number 0.
namespace Mptcp.Native.Diagnostics;

/// <summary>The state of a socket (<c>include/net/tcp_states.h</c>), with the kernel's numbers.</summary>
public enum SocketState
{
    /// <summary>Data flows.</summary>
    Established = 1,

    /// <summary>A connection was asked for and not answered yet.</summary>
    SynSent = 2,

    /// <summary>A connection was asked for by the peer, and its handshake is not complete.</summary>
    SynReceived = 3,

    /// <summary>This end has closed and the peer has not acknowledged it.</summary>
    FinWait1 = 4,

    /// <summary>This end has closed; the peer has not.</summary>
    FinWait2 = 5,

    /// <summary>Both ends have closed; late segments are waited for.</summary>
    TimeWait = 6,

    /// <summary>Not, or no longer, connected.</summary>
    Closed = 7,

    /// <summary>The peer has closed; this end has not.</summary>
    CloseWait = 8,

    /// <summary>Both ends have closed, this one last, and the peer has not acknowledged it.</summary>
    LastAck = 9,

    /// <summary>It takes connections.</summary>
    Listening = 10,

    /// <summary>Both ends have closed at the same time.</summary>
    Closing = 11,
}
