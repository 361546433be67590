namespace Mptcp.Native.Diagnostics;

/// <summary>What a socket's timer runs for (<c>idiag_timer</c>), with the kernel's numbers.</summary>
public enum SocketTimer
{
    /// <summary>No timer runs.</summary>
    None = 0,

    /// <summary>To send again what was not acknowledged.</summary>
    Retransmission = 1,

    /// <summary>To ask whether the peer is still there.</summary>
    KeepAlive = 2,

    /// <summary>To leave <see cref="SocketState.TimeWait"/>.</summary>
    TimeWait = 3,

    /// <summary>To ask whether the peer's window is still closed.</summary>
    ZeroWindowProbe = 4,
}
