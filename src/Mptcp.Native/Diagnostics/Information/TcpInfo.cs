namespace Mptcp.Native.Diagnostics.Information;

/// <summary>
/// The state of a TCP socket (<c>struct tcp_info</c> of <c>include/uapi/linux/tcp.h</c>, with the fields in its order). Kernels know different
/// lengths of it; what a kernel does not know is null.
/// </summary>
public sealed record TcpInfo
{
    /// <summary>The state of the socket.</summary>
    public SocketState State { get; init; }

    /// <summary>How losses are judged.</summary>
    public CongestionState CongestionState { get; init; }

    /// <summary>How often in a row the retransmission timer has run out.</summary>
    public byte Retransmits { get; init; }

    /// <summary>Probes of a closed window, or of a silent peer, that were not answered.</summary>
    public byte Probes { get; init; }

    /// <summary>How often the time-out was doubled.</summary>
    public byte Backoff { get; init; }

    /// <summary>What was agreed on.</summary>
    public TcpOptions Options { get; init; }

    /// <summary>How the peer's window is scaled, as a power of two.</summary>
    public byte SendWindowScale { get; init; }

    /// <summary>How this end's window is scaled, as a power of two.</summary>
    public byte ReceiveWindowScale { get; init; }

    /// <summary>Whether the application, not the network, bounds <see cref="DeliveryRate"/>.</summary>
    public bool DeliveryRateApplicationLimited { get; init; }

    /// <summary>Why a client's fast open failed: 0 not at all or not known, 1 no cookie, 2 data not acknowledged, 3 SYN sent again.</summary>
    public byte FastOpenFailure { get; init; }

    /// <summary>When what is not acknowledged is sent again.</summary>
    public TimeSpan RetransmissionTimeout { get; init; }

    /// <summary>How long an acknowledgement may wait.</summary>
    public TimeSpan AcknowledgementTimeout { get; init; }

    /// <summary>The size of segments sent, in bytes (MSS).</summary>
    public uint SendSegmentSize { get; init; }

    /// <summary>The size of segments received, in bytes, as this host judges it.</summary>
    public uint ReceiveSegmentSize { get; init; }

    /// <summary>Segments sent and not acknowledged; of a listener, connections waiting to be accepted.</summary>
    public uint Unacknowledged { get; init; }

    /// <summary>Segments acknowledged selectively; of a listener, how many connections may wait.</summary>
    public uint SelectivelyAcknowledged { get; init; }

    /// <summary>Segments taken for lost.</summary>
    public uint Lost { get; init; }

    /// <summary>Segments sent again and not acknowledged.</summary>
    public uint Retransmitting { get; init; }

    /// <summary>Always 0 since Linux 4.15.</summary>
    public uint ForwardAcknowledged { get; init; }

    /// <summary>How long ago data was sent last.</summary>
    public TimeSpan SinceDataSent { get; init; }

    /// <summary>Not remembered by any kernel: zero.</summary>
    public TimeSpan SinceAcknowledgementSent { get; init; }

    /// <summary>How long ago data was received last.</summary>
    public TimeSpan SinceDataReceived { get; init; }

    /// <summary>How long ago an acknowledgement was received last.</summary>
    public TimeSpan SinceAcknowledgement { get; init; }

    /// <summary>The largest packet the path takes, in bytes.</summary>
    public uint PathMtu { get; init; }

    /// <summary>How far the window may open, in bytes.</summary>
    public uint ReceiveSlowStartThreshold { get; init; }

    /// <summary>The smoothed round trip time.</summary>
    public TimeSpan RoundTripTime { get; init; }

    /// <summary>The mean deviation of the round trip time.</summary>
    public TimeSpan RoundTripTimeVariation { get; init; }

    /// <summary>The slow start threshold in segments; null until there is one.</summary>
    public uint? SlowStartThreshold { get; init; }

    /// <summary>The congestion window in segments.</summary>
    public uint CongestionWindow { get; init; }

    /// <summary>The segment size told to the peer, in bytes.</summary>
    public uint AdvertisedSegmentSize { get; init; }

    /// <summary>By how many segments the path may put them out of order.</summary>
    public uint Reordering { get; init; }

    /// <summary>The round trip time as the receiver judges it.</summary>
    public TimeSpan ReceiveRoundTripTime { get; init; }

    /// <summary>Bytes that the application takes in one round trip.</summary>
    public uint ReceiveSpace { get; init; }

    /// <summary>Segments sent again, all in all.</summary>
    public uint TotalRetransmissions { get; init; }

    /// <summary>The pacing rate in bytes a second; null also when there is none yet.</summary>
    public ulong? PacingRate { get; init; }

    /// <summary>The limit of the pacing rate in bytes a second (SO_MAX_PACING_RATE); null also when there is none.</summary>
    public ulong? MaximumPacingRate { get; init; }

    /// <summary>Bytes that the peer has acknowledged; its SYN counts as one.</summary>
    public ulong? BytesAcknowledged { get; init; }

    /// <summary>Bytes received in order.</summary>
    public ulong? BytesReceived { get; init; }

    /// <summary>Segments sent, of any kind.</summary>
    public uint? SegmentsSent { get; init; }

    /// <summary>Segments received, of any kind.</summary>
    public uint? SegmentsReceived { get; init; }

    /// <summary>Bytes written by the application and never sent yet.</summary>
    public uint? NotSent { get; init; }

    /// <summary>The lowest round trip time of late; null also when none was measured.</summary>
    public TimeSpan? MinimumRoundTripTime { get; init; }

    /// <summary>Segments received with data.</summary>
    public uint? DataSegmentsReceived { get; init; }

    /// <summary>Segments sent with data.</summary>
    public uint? DataSegmentsSent { get; init; }

    /// <summary>The latest rate of delivery in bytes a second.</summary>
    public ulong? DeliveryRate { get; init; }

    /// <summary>How long there was data to send.</summary>
    public TimeSpan? BusyTime { get; init; }

    /// <summary>How long the peer's window held it back.</summary>
    public TimeSpan? ReceiveWindowLimited { get; init; }

    /// <summary>How long the send buffer held it back.</summary>
    public TimeSpan? SendBufferLimited { get; init; }

    /// <summary>Segments delivered, those out of order included.</summary>
    public uint? Delivered { get; init; }

    /// <summary>Segments delivered with a congestion mark.</summary>
    public uint? DeliveredMarked { get; init; }

    /// <summary>Bytes sent, those sent again included.</summary>
    public ulong? BytesSent { get; init; }

    /// <summary>Bytes sent again.</summary>
    public ulong? BytesRetransmitted { get; init; }

    /// <summary>Segments that the peer says it received twice (DSACK).</summary>
    public uint? DuplicatesReported { get; init; }

    /// <summary>How often segments were found out of order.</summary>
    public uint? ReorderingsSeen { get; init; }

    /// <summary>Segments received out of order.</summary>
    public uint? ReceivedOutOfOrder { get; init; }

    /// <summary>The peer's window in bytes.</summary>
    public uint? SendWindow { get; init; }

    /// <summary>This end's window in bytes. From Linux 6.2.</summary>
    public uint? ReceiveWindow { get; init; }

    /// <summary>How often time-outs made the kernel try another path for the flow. From Linux 6.2.</summary>
    public uint? Rehashes { get; init; }

    /// <summary>How often the retransmission timer ran out. From Linux 6.7.</summary>
    public ushort? Timeouts { get; init; }

    /// <summary>How often the connection recovered from time-outs. From Linux 6.7.</summary>
    public ushort? TimeoutRecoveries { get; init; }

    /// <summary>How long it was recovering from time-outs. From Linux 6.7.</summary>
    public TimeSpan? TimeInTimeouts { get; init; }

    /// <summary>Segments received with a congestion mark. From Linux 6.18, as all below.</summary>
    public uint? ReceivedMarked { get; init; }

    /// <summary>Bytes delivered with ECT(1), by accurate ECN.</summary>
    public uint? DeliveredEct1Bytes { get; init; }

    /// <summary>Bytes delivered with ECT(0), by accurate ECN.</summary>
    public uint? DeliveredEct0Bytes { get; init; }

    /// <summary>Bytes delivered with a congestion mark, by accurate ECN.</summary>
    public uint? DeliveredMarkedBytes { get; init; }

    /// <summary>Bytes received with ECT(1), by accurate ECN.</summary>
    public uint? ReceivedEct1Bytes { get; init; }

    /// <summary>Bytes received with ECT(0), by accurate ECN.</summary>
    public uint? ReceivedEct0Bytes { get; init; }

    /// <summary>Bytes received with a congestion mark, by accurate ECN.</summary>
    public uint? ReceivedMarkedBytes { get; init; }

    /// <summary>
    /// How accurate ECN fares, as the kernel has it: 6.18 has two numbers of 16 bits in it, newer kernels have bit
    /// fields, of one length.
    /// </summary>
    public uint? AccurateEcnState { get; init; }
}
