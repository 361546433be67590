namespace Mptcp.Native.Diagnostics;

/// <summary>A set of socket states, to list sockets by; the names of whole sets are those of <c>ss(8)</c>.</summary>
[Flags]
public enum SocketStates
{
    /// <summary>No state.</summary>
    None = 0,

    /// <inheritdoc cref="SocketState.Established"/>
    Established = 1 << SocketState.Established,

    /// <inheritdoc cref="SocketState.SynSent"/>
    SynSent = 1 << SocketState.SynSent,

    /// <inheritdoc cref="SocketState.SynReceived"/>
    SynReceived = 1 << SocketState.SynReceived,

    /// <inheritdoc cref="SocketState.FinWait1"/>
    FinWait1 = 1 << SocketState.FinWait1,

    /// <inheritdoc cref="SocketState.FinWait2"/>
    FinWait2 = 1 << SocketState.FinWait2,

    /// <inheritdoc cref="SocketState.TimeWait"/>
    TimeWait = 1 << SocketState.TimeWait,

    /// <inheritdoc cref="SocketState.Closed"/>
    Closed = 1 << SocketState.Closed,

    /// <inheritdoc cref="SocketState.CloseWait"/>
    CloseWait = 1 << SocketState.CloseWait,

    /// <inheritdoc cref="SocketState.LastAck"/>
    LastAck = 1 << SocketState.LastAck,

    /// <inheritdoc cref="SocketState.Listening"/>
    Listening = 1 << SocketState.Listening,

    /// <inheritdoc cref="SocketState.Closing"/>
    Closing = 1 << SocketState.Closing,

    /// <summary>
    /// TCP sockets that are bound to a port and do nothing else; they are shown as <see cref="SocketState.Closed"/>. Kernels before 6.8
    /// show none, and no kernel shows such MPTCP sockets. In none of the sets below, as in none of <c>ss</c>.
    /// </summary>
    BoundInactive = 1 << 13,

    /// <summary>Every state.</summary>
    All = Established | SynSent | SynReceived | FinWait1 | FinWait2 | TimeWait | Closed | CloseWait | LastAck | Listening | Closing,

    /// <summary>Every state but <see cref="Listening"/> and <see cref="Closed"/>.</summary>
    Connected = All & ~(Listening | Closed),

    /// <summary>Every connected state but <see cref="SynSent"/>.</summary>
    Synchronized = Connected & ~SynSent,

    /// <summary>The states whose sockets the kernel keeps in short: <see cref="TimeWait"/> and <see cref="SynReceived"/>.</summary>
    Bucket = TimeWait | SynReceived,

    /// <summary>The states whose sockets are whole: all that are not in <see cref="Bucket"/>.</summary>
    Big = All & ~Bucket,
}
