namespace Mptcp.Native.Diagnostics.Information;

/// <summary>
/// A TCP socket's part in an MPTCP connection (<c>MPTCP_SUBFLOW_ATTR_*</c> of <c>include/uapi/linux/mptcp.h</c>). Sequence numbers are null
/// without CAP_NET_ADMIN, on kernels that guard them.
/// </summary>
/// <param name="LocalToken">The connection's token on this host, whichever host began the subflow; 0 once the subflow has fallen back.</param>
/// <param name="LocalId">The id of the local address.</param>
/// <param name="RemoteId">The id of the remote address.</param>
/// <param name="Flags">Its properties.</param>
public sealed record SubflowInfo(uint LocalToken, byte LocalId, byte RemoteId, SubflowFlags Flags)
{
    /// <summary>The connection's token on the peer; 0 unless this host began a join.</summary>
    public uint RemoteToken { get; init; }

    /// <summary>How much was written to the subflow, in bytes, plus one.</summary>
    public uint? RelativeWriteSequence { get; init; }

    /// <summary>The connection's sequence number at which the present mapping begins.</summary>
    public ulong? MapSequence { get; init; }

    /// <summary>The subflow's relative sequence number at which the present mapping begins.</summary>
    public uint? MapSubflowSequence { get; init; }

    /// <summary>The difference between relative and real sequence numbers of the subflow.</summary>
    public uint? SequenceOffset { get; init; }

    /// <summary>The length of the present mapping in bytes.</summary>
    public ushort? MapLength { get; init; }
}
