namespace Mptcp.Native.Diagnostics.Information;

/// <summary>
/// The state of an MPTCP connection (<c>struct mptcp_info</c> of <c>include/uapi/linux/mptcp.h</c>). Kernels know different lengths of it; what
/// a kernel does not know is null. Of a listener all is 0.
/// </summary>
public sealed record MptcpInfo
{
    /// <summary>Subflows beyond the first. See <see cref="SubflowsTotal"/>.</summary>
    public byte AdditionalSubflows { get; init; }

    /// <summary>Addresses announced to the peer.</summary>
    public byte AddressesSignaled { get; init; }

    /// <summary>Addresses of the peer that were accepted.</summary>
    public byte AddressesAccepted { get; init; }

    /// <summary>The limit of <see cref="AdditionalSubflows"/>.</summary>
    public byte SubflowsMaximum { get; init; }

    /// <summary>The limit of <see cref="AddressesSignaled"/>.</summary>
    public byte AddressesSignaledMaximum { get; init; }

    /// <summary>The limit of <see cref="AddressesAccepted"/>.</summary>
    public byte AddressesAcceptedMaximum { get; init; }

    /// <summary>Its properties.</summary>
    public MptcpInfoFlags Flags { get; init; }

    /// <summary>The connection's token on this host.</summary>
    public uint Token { get; init; }

    /// <summary>The sequence number of the next byte that the application will write.</summary>
    public ulong WriteSequence { get; init; }

    /// <summary>The sequence number of the first byte that the peer has not acknowledged.</summary>
    public ulong SendUnacknowledged { get; init; }

    /// <summary>The sequence number of the next byte that will be received.</summary>
    public ulong ReceiveNext { get; init; }

    /// <summary>Local addresses in use beyond the first. From Linux 5.12.</summary>
    public byte? LocalAddressesUsed { get; init; }

    /// <summary>The limit of <see cref="LocalAddressesUsed"/>. From Linux 5.12.</summary>
    public byte? LocalAddressesMaximum { get; init; }

    /// <summary>Whether data has checksums of its own. From Linux 5.14.</summary>
    public bool? ChecksumEnabled { get; init; }

    /// <summary>How often the connection has sent data again on another subflow. From Linux 6.5.</summary>
    public uint? Retransmissions { get; init; }

    /// <summary>Bytes that were sent again. From Linux 6.5.</summary>
    public ulong? BytesRetransmitted { get; init; }

    /// <summary>Bytes sent, without those sent again. From Linux 6.5.</summary>
    public ulong? BytesSent { get; init; }

    /// <summary>Bytes received. From Linux 6.5.</summary>
    public ulong? BytesReceived { get; init; }

    /// <summary>Bytes that the peer has acknowledged. From Linux 6.5.</summary>
    public ulong? BytesAcknowledged { get; init; }

    /// <summary>All subflows, the first included. From Linux 6.7.</summary>
    public byte? SubflowsTotal { get; init; }

    /// <summary>
    /// How many laminar endpoints there may be; from Linux 6.18. Since 6.10 the structure has been as long as now with a 0 here.
    /// </summary>
    public byte? LaminarEndpointsMaximum { get; init; }

    /// <summary>How long ago data was sent last. From Linux 6.10.</summary>
    public TimeSpan? SinceDataSent { get; init; }

    /// <summary>How long ago data was received last. From Linux 6.10.</summary>
    public TimeSpan? SinceDataReceived { get; init; }

    /// <summary>How long ago an acknowledgement was received last. From Linux 6.10.</summary>
    public TimeSpan? SinceAcknowledgement { get; init; }

    /// <summary>Whether the connection has fallen back to plain TCP.</summary>
    public bool HasFallenBack => (Flags & MptcpInfoFlags.Fallback) != 0;
}
