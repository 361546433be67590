namespace Mptcp.Native.Diagnostics.Information;

/// <summary>A socket's buffers and their limits, in bytes (<c>SK_MEMINFO_*</c> of <c>include/uapi/linux/sock_diag.h</c>).</summary>
/// <param name="Receive">In the receive queue.</param>
/// <param name="ReceiveLimit">The receive buffer (SO_RCVBUF).</param>
/// <param name="Transmit">Handed to the network and not sent yet.</param>
/// <param name="SendLimit">The send buffer (SO_SNDBUF).</param>
/// <param name="Forward">Taken in advance and not used yet.</param>
/// <param name="WriteQueued">In the send queue.</param>
/// <param name="Options">Used for options.</param>
public sealed record BufferUse(
    uint Receive, uint ReceiveLimit, uint Transmit, uint SendLimit, uint Forward, uint WriteQueued, uint Options)
{
    /// <summary>Received while the application held the socket; null on kernels before 3.0.</summary>
    public uint? Backlog { get; init; }

    /// <summary>Packets dropped, a count; null on kernels before 4.7.</summary>
    public uint? Drops { get; init; }
}
