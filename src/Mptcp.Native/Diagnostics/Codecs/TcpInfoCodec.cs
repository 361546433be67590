using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>Reads <c>struct tcp_info</c>, field after field. Its first 104 bytes are older than any kernel with Multipath TCP.</summary>
internal static class TcpInfoCodec
{
    private const uint NoThreshold = 0x7fffffff; // TCP_INFINITE_SSTHRESH of include/net/tcp.h

    public static TcpInfo Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new StructureReader(bytes, "tcp_info");
        // The initialisers run in the order in which they stand here, which is the structure's.
        return new TcpInfo
        {
            State = (SocketState)fields.ReadByte(),
            CongestionState = (CongestionState)fields.ReadByte(),
            Retransmits = fields.ReadByte(),
            Probes = fields.ReadByte(),
            Backoff = fields.ReadByte(),
            Options = (TcpOptions)fields.ReadByte(),
            SendWindowScale = (byte)(fields.PeekByte() & 0xf),
            ReceiveWindowScale = (byte)(fields.ReadByte() >> 4),
            DeliveryRateApplicationLimited = (fields.PeekByte() & 1) != 0,
            FastOpenFailure = (byte)((fields.ReadByte() >> 1) & 3),
            RetransmissionTimeout = fields.ReadMicroseconds(),
            AcknowledgementTimeout = fields.ReadMicroseconds(),
            SendSegmentSize = fields.ReadUInt32(),
            ReceiveSegmentSize = fields.ReadUInt32(),
            Unacknowledged = fields.ReadUInt32(),
            SelectivelyAcknowledged = fields.ReadUInt32(),
            Lost = fields.ReadUInt32(),
            Retransmitting = fields.ReadUInt32(),
            ForwardAcknowledged = fields.ReadUInt32(),
            SinceDataSent = fields.ReadMilliseconds(),
            SinceAcknowledgementSent = fields.ReadMilliseconds(),
            SinceDataReceived = fields.ReadMilliseconds(),
            SinceAcknowledgement = fields.ReadMilliseconds(),
            PathMtu = fields.ReadUInt32(),
            ReceiveSlowStartThreshold = fields.ReadUInt32(),
            RoundTripTime = fields.ReadMicroseconds(),
            RoundTripTimeVariation = fields.ReadMicroseconds(),
            SlowStartThreshold = Unless(fields.ReadUInt32(), NoThreshold),
            CongestionWindow = fields.ReadUInt32(),
            AdvertisedSegmentSize = fields.ReadUInt32(),
            Reordering = fields.ReadUInt32(),
            ReceiveRoundTripTime = fields.ReadMicroseconds(),
            ReceiveSpace = fields.ReadUInt32(),
            TotalRetransmissions = fields.ReadUInt32(),
            PacingRate = Unless(fields.TryReadUInt64(), ulong.MaxValue),
            MaximumPacingRate = Unless(fields.TryReadUInt64(), ulong.MaxValue),
            BytesAcknowledged = fields.TryReadUInt64(),
            BytesReceived = fields.TryReadUInt64(),
            SegmentsSent = fields.TryReadUInt32(),
            SegmentsReceived = fields.TryReadUInt32(),
            NotSent = fields.TryReadUInt32(),
            MinimumRoundTripTime = Microseconds(Unless(fields.TryReadUInt32(), uint.MaxValue)),
            DataSegmentsReceived = fields.TryReadUInt32(),
            DataSegmentsSent = fields.TryReadUInt32(),
            DeliveryRate = fields.TryReadUInt64(),
            BusyTime = Microseconds(fields.TryReadUInt64()),
            ReceiveWindowLimited = Microseconds(fields.TryReadUInt64()),
            SendBufferLimited = Microseconds(fields.TryReadUInt64()),
            Delivered = fields.TryReadUInt32(),
            DeliveredMarked = fields.TryReadUInt32(),
            BytesSent = fields.TryReadUInt64(),
            BytesRetransmitted = fields.TryReadUInt64(),
            DuplicatesReported = fields.TryReadUInt32(),
            ReorderingsSeen = fields.TryReadUInt32(),
            ReceivedOutOfOrder = fields.TryReadUInt32(),
            SendWindow = fields.TryReadUInt32(),
            ReceiveWindow = fields.TryReadUInt32(),
            Rehashes = fields.TryReadUInt32(),
            Timeouts = fields.TryReadUInt16(),
            TimeoutRecoveries = fields.TryReadUInt16(),
            TimeInTimeouts = fields.TryReadMilliseconds(),
            ReceivedMarked = fields.TryReadUInt32(),
            DeliveredEct1Bytes = fields.TryReadUInt32(),
            DeliveredEct0Bytes = fields.TryReadUInt32(),
            DeliveredMarkedBytes = fields.TryReadUInt32(),
            ReceivedEct1Bytes = fields.TryReadUInt32(),
            ReceivedEct0Bytes = fields.TryReadUInt32(),
            ReceivedMarkedBytes = fields.TryReadUInt32(),
            AccurateEcnState = fields.TryReadUInt32(),
        };
    }

    private static uint? Unless(uint? value, uint none) => value == none ? null : value;

    private static ulong? Unless(ulong? value, ulong none) => value == none ? null : value;

    // Bounded for bytes of no sense: no host has been up for longer than a TimeSpan can hold.
    private static TimeSpan? Microseconds(ulong? value) => value is { } microseconds
        ? new TimeSpan((long)Math.Min(microseconds, (ulong)(long.MaxValue / TimeSpan.TicksPerMicrosecond)) * TimeSpan.TicksPerMicrosecond)
        : null;
}
