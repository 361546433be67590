using System.Net;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.PathManagement.Bytes;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.PathManagement;

public class EventDecoderTests
{
    private const byte SubflowClosed = 11;

    [Fact]
    public void The_server_side_is_told_by_the_attribute_alone()
        => Assert.True(Decode(1, Attribute(18, [1])).ServerSide);

    [Fact]
    public void The_server_side_is_told_by_the_flag_alone()
        => Assert.True(Decode(1, Attribute(13, [0x02, 0x00])).ServerSide);

    [Fact]
    public void A_server_side_of_zero_is_the_client()
        => Assert.False(Decode(1, Attribute(18, [0]), Attribute(13, [0x00, 0x00])).ServerSide);

    [Fact]
    public void The_flag_against_joins_is_no_sign_of_a_server()
    {
        var @event = Decode(1, Attribute(13, [0x01, 0x00]));
        Assert.True(@event.DenyJoinInitialAddress);
        Assert.False(@event.ServerSide);
    }

    [Fact]
    public void A_reset_tells_its_reason_and_its_flags()
    {
        var @event = Decode(SubflowClosed, Attribute(12, [104]), Attribute(16, Number(0x04030201u)), Attribute(17, Number(1u)));
        Assert.Equal(new Errno(104), @event.Error);
        Assert.Equal(0x04030201u, @event.ResetReason);
        Assert.Equal(1u, @event.ResetFlags);
    }

    [Fact]
    public void An_error_of_zero_is_none()
        => Assert.Null(Decode(SubflowClosed, Attribute(12, [0])).Error);

    [Fact]
    public void The_timeout_is_in_host_order()
        => Assert.Equal(0x0102u, Decode(SubflowClosed, Attribute(14, [0x02, 0x01, 0x00, 0x00])).Timeout);

    [Fact]
    public void What_an_event_leaves_out_is_null()
    {
        var @event = Decode(SubflowClosed);
        Assert.Equal(new PathManagerEvent(PathManagerEventType.SubflowClosed), @event);
        Assert.Null(@event.Token);
        Assert.Null(@event.Local);
        Assert.Null(@event.Backup);
        Assert.Null(@event.Unknown);
    }

    [Fact]
    public void An_event_without_a_family_has_its_address_all_the_same()
        => Assert.Equal(IPEndPoint.Parse("198.18.1.4:8000"), EventGoldenTests.Decode(AddressEvents.Announced).Remote);

    [Fact]
    public void Unknown_attributes_are_kept()
    {
        var @event = Decode(SubflowClosed, Attribute(1, Number(7u)), Attribute(200, [1, 2, 3]), Attribute(19, []));
        Assert.Equal(7u, @event.Token);
        Assert.NotNull(@event.Unknown);
        Assert.Equal<int>([19, 200], @event.Unknown.Keys.Select(type => (int)type).Order());
        Assert.Equal([1, 2, 3], @event.Unknown[200]);
        Assert.Empty(@event.Unknown[19]);
    }

    [Fact]
    public void The_flag_bits_of_an_attribute_are_not_part_of_its_type()
        => Assert.Equal(7u, Decode(SubflowClosed, Attribute(1 | 0x4000, Number(7u))).Token);

    [Fact]
    public void An_event_of_an_unknown_number_is_kept()
    {
        var @event = Decode(99, Attribute(1, Number(7u)));
        Assert.Equal((PathManagerEventType)99, @event.Type);
        Assert.Equal(7u, @event.Token);
    }

    [Fact]
    public void The_last_attribute_need_not_be_padded()
    {
        byte[] payload = [.. GenericHeader(SubflowClosed), .. Attribute(1, Number(7u)), 5, 0, 11, 0, 1];
        var @event = EventDecoder.Decode(payload, new AddressCache());
        Assert.Equal(7u, @event.Token);
        Assert.True(@event.Backup);
    }

    [Theory]
    [InlineData(1, 2, "event: attribute TOKEN (1): expected 4 bytes, got 2")]
    [InlineData(3, 4, "event: attribute LOC_ID (3): expected 1 byte, got 4")]
    [InlineData(4, 0, "event: attribute REM_ID (4): expected 1 byte, got 0")]
    [InlineData(5, 16, "event: attribute SADDR4 (5): expected 4 bytes, got 16")]
    [InlineData(6, 4, "event: attribute SADDR6 (6): expected 16 bytes, got 4")]
    [InlineData(7, 3, "event: attribute DADDR4 (7): expected 4 bytes, got 3")]
    [InlineData(8, 17, "event: attribute DADDR6 (8): expected 16 bytes, got 17")]
    [InlineData(9, 4, "event: attribute SPORT (9): expected 2 bytes, got 4")]
    [InlineData(10, 1, "event: attribute DPORT (10): expected 2 bytes, got 1")]
    [InlineData(11, 2, "event: attribute BACKUP (11): expected 1 byte, got 2")]
    [InlineData(12, 4, "event: attribute ERROR (12): expected 1 byte, got 4")]
    [InlineData(13, 4, "event: attribute FLAGS (13): expected 2 bytes, got 4")]
    [InlineData(14, 8, "event: attribute TIMEOUT (14): expected 4 bytes, got 8")]
    [InlineData(15, 2, "event: attribute IF_IDX (15): expected 4 bytes, got 2")]
    [InlineData(16, 1, "event: attribute RESET_REASON (16): expected 4 bytes, got 1")]
    [InlineData(17, 0, "event: attribute RESET_FLAGS (17): expected 4 bytes, got 0")]
    [InlineData(18, 4, "event: attribute SERVER_SIDE (18): expected 1 byte, got 4")]
    public void An_attribute_of_a_wrong_length_is_named(int attribute, int length, string message)
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => Decode(SubflowClosed, Attribute((ushort)attribute, new byte[length])));
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void An_event_shorter_than_its_header_is_refused()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => EventDecoder.Decode([11, 1, 0], new AddressCache()));
        Assert.Equal("event: a generic netlink header needs 4 bytes, got 3", exception.Message);
    }

    private static PathManagerEvent Decode(byte type, params byte[][] attributes)
        => EventDecoder.Decode(Join(GenericHeader(type), Join(attributes)), new AddressCache());
}
