using System.Buffers.Binary;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Codecs;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Tests.Diagnostics.Codecs;

public class TcpInfoTests
{
    // Byte i is i + 1, so that no two fields are alike and each tells where it was read.
    private static readonly byte[] Bytes = [.. Enumerable.Range(1, 280).Select(number => (byte)number)];

    [Fact]
    public void The_fields_of_the_first_kernels_are_read_where_they_stand()
    {
        var info = TcpInfoCodec.Read(Bytes);
        Assert.Equal((SocketState)1, info.State);
        Assert.Equal((CongestionState)2, info.CongestionState);
        Assert.Equal([3, 4, 5], [info.Retransmits, info.Probes, info.Backoff]);
        Assert.Equal((TcpOptions)6, info.Options);
        Assert.Equal((7, 0), (info.SendWindowScale, info.ReceiveWindowScale));
        Assert.Equal((false, 0), (info.DeliveryRateApplicationLimited, info.FastOpenFailure));
        Assert.Equal(
            [
                .. Words(16, 7), // snd_mss to fackets
                .. Words(60, 2), // pmtu, rcv_ssthresh
                .. Words(76, 4), // snd_ssthresh to reordering
                .. Words(96, 2), // rcv_space, total_retrans
            ],
            [
                info.SendSegmentSize, info.ReceiveSegmentSize, info.Unacknowledged, info.SelectivelyAcknowledged, info.Lost,
                info.Retransmitting, info.ForwardAcknowledged, info.PathMtu, info.ReceiveSlowStartThreshold, info.SlowStartThreshold,
                info.CongestionWindow, info.AdvertisedSegmentSize, info.Reordering, info.ReceiveSpace, info.TotalRetransmissions,
            ]);
        Assert.Equal(
            [Microseconds(8), Microseconds(12), Microseconds(68), Microseconds(72), Microseconds(92)],
            [
                info.RetransmissionTimeout, info.AcknowledgementTimeout, info.RoundTripTime, info.RoundTripTimeVariation,
                info.ReceiveRoundTripTime,
            ]);
        Assert.Equal(
            [Milliseconds(44), Milliseconds(48), Milliseconds(52), Milliseconds(56)],
            [info.SinceDataSent, info.SinceAcknowledgementSent, info.SinceDataReceived, info.SinceAcknowledgement]);
    }

    [Fact]
    public void The_fields_of_later_kernels_are_read_where_they_stand()
    {
        var info = TcpInfoCodec.Read(Bytes);
        Assert.Equal(
            [.. LongWords(104, 4), .. LongWords(160, 1), .. LongWords(200, 2)],
            [
                info.PacingRate, info.MaximumPacingRate, info.BytesAcknowledged, info.BytesReceived, info.DeliveryRate,
                info.BytesSent, info.BytesRetransmitted,
            ]);
        Assert.Equal(
            [.. Words(136, 3), .. Words(152, 2), .. Words(192, 2), .. Words(216, 6), .. Words(248, 8)],
            [
                info.SegmentsSent, info.SegmentsReceived, info.NotSent, info.DataSegmentsReceived, info.DataSegmentsSent,
                info.Delivered, info.DeliveredMarked, info.DuplicatesReported, info.ReorderingsSeen, info.ReceivedOutOfOrder,
                info.SendWindow, info.ReceiveWindow, info.Rehashes, info.ReceivedMarked, info.DeliveredEct1Bytes,
                info.DeliveredEct0Bytes, info.DeliveredMarkedBytes, info.ReceivedEct1Bytes, info.ReceivedEct0Bytes,
                info.ReceivedMarkedBytes, info.AccurateEcnState,
            ]);
        Assert.Equal(Microseconds(148), info.MinimumRoundTripTime);
        Assert.Equal(Milliseconds(244), info.TimeInTimeouts);
        Assert.Equal(
            [BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(240)), BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(242))],
            [info.Timeouts, info.TimeoutRecoveries]);
    }

    [Fact]
    public void Times_of_64_bits_are_microseconds()
    {
        var bytes = new byte[280];
        bytes[168] = 1;
        bytes[176] = 2;
        bytes[184] = 3;
        var info = TcpInfoCodec.Read(bytes);
        Assert.Equal(
            [TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(2), TimeSpan.FromMicroseconds(3)],
            [info.BusyTime, info.ReceiveWindowLimited, info.SendBufferLimited]);
    }

    [Fact]
    public void Bits_of_the_eighth_byte_are_told_apart()
    {
        byte[] bytes = [.. Bytes];
        bytes[6] = 0xa7;
        bytes[7] = 0b0000_0111;
        var info = TcpInfoCodec.Read(bytes);
        Assert.Equal((7, 10), (info.SendWindowScale, info.ReceiveWindowScale));
        Assert.Equal((true, 3), (info.DeliveryRateApplicationLimited, info.FastOpenFailure));
    }

    [Fact]
    public void What_the_kernel_has_not_measured_or_does_not_limit_is_null()
    {
        byte[] bytes = [.. Bytes];
        bytes.AsSpan(104, 16).Fill(0xff); // pacing_rate, max_pacing_rate
        bytes.AsSpan(148, 4).Fill(0xff); // min_rtt
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(76), 0x7fffffff); // snd_ssthresh
        var info = TcpInfoCodec.Read(bytes);
        Assert.Equal(
            [null, null, null, null], [info.PacingRate, info.MaximumPacingRate, info.MinimumRoundTripTime?.Ticks, (object?)info.SlowStartThreshold]);
    }

    [Theory]
    [InlineData(104, false, false, false, false)]
    [InlineData(231, true, false, false, false)]
    [InlineData(232, true, true, false, false)]
    [InlineData(248, true, true, true, false)]
    [InlineData(280, true, true, true, true)]
    [InlineData(300, true, true, true, true)]
    public void Fields_that_a_kernel_does_not_know_are_null(int length, bool pacing, bool window, bool timeouts, bool ecn)
    {
        var info = TcpInfoCodec.Read([.. Bytes[..Math.Min(length, 280)], .. new byte[Math.Max(length - 280, 0)]]);
        Assert.Equal(
            [pacing, window, timeouts, ecn],
            [info.PacingRate is not null, info.SendWindow is not null, info.TimeInTimeouts is not null, info.AccurateEcnState is not null]);
    }

    [Fact]
    public void A_tail_that_is_not_known_changes_nothing()
        => Assert.Equal(TcpInfoCodec.Read(Bytes), TcpInfoCodec.Read([.. Bytes, 1, 2, 3]));

    [Fact]
    public void A_structure_shorter_than_any_kernel_s_has_no_sense()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => TcpInfoCodec.Read(Bytes.AsSpan(0, 103)));
        Assert.Equal("tcp_info: expected at least 104 bytes, got 103", exception.Message);
    }

    private static IEnumerable<uint?> Words(int offset, int count)
        => Enumerable.Range(0, count).Select(index => (uint?)BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(offset + 4 * index)));

    private static IEnumerable<ulong?> LongWords(int offset, int count)
        => Enumerable.Range(0, count).Select(index => (ulong?)BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(offset + 8 * index)));

    private static TimeSpan Microseconds(int offset) => TimeSpan.FromMicroseconds(BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(offset)));

    private static TimeSpan Milliseconds(int offset) => TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(offset)));
}
