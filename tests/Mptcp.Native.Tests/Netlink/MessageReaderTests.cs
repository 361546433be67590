using Mptcp.Native.Netlink;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Netlink;

public class MessageReaderTests
{
    [Fact]
    public void A_message_has_a_type_flags_a_sequence_number_and_a_payload()
    {
        var messages = new MessageReader(
        [
            0x13, 0x00, 0x00, 0x00, // length 19
            0x34, 0x12, 0x02, 0x01, // type 0x1234, flags 0x0102
            0x04, 0x03, 0x02, 0x01, // sequence 0x01020304
            0x99, 0x99, 0x99, 0x99, // port
            0x0a, 0x0b, 0x0c, 0x00, // payload, padding
        ]);

        Assert.True(messages.MoveNext());
        Assert.Equal(0x1234, messages.Type);
        Assert.Equal(0x0102, messages.Flags);
        Assert.Equal(0x01020304u, messages.Sequence);
        Assert.Equal([0x0a, 0x0b, 0x0c], messages.Payload.ToArray());
        Assert.False(messages.MoveNext());
    }

    [Fact]
    public void The_last_message_need_not_be_padded()
    {
        byte[] datagram = [.. Message(28, 0, 1, [1]), .. Message(28, 0, 2, [2, 3])[..18]];
        var messages = new MessageReader(datagram);
        Assert.True(messages.MoveNext());
        Assert.Equal([1], messages.Payload.ToArray());
        Assert.True(messages.MoveNext());
        Assert.Equal([2, 3], messages.Payload.ToArray());
        Assert.False(messages.MoveNext());
    }

    [Fact]
    public void An_empty_datagram_has_no_messages() => Assert.False(new MessageReader([]).MoveNext());

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    public void A_cut_header_is_refused(int length)
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => Read(new byte[length]));
        Assert.Equal($"a message header needs 16 bytes, {length} are left", exception.Message);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    [InlineData(21u)]
    [InlineData(0x80000000u)]
    [InlineData(uint.MaxValue)]
    public void A_length_below_the_header_or_above_the_datagram_is_refused(uint length)
    {
        var datagram = Message(28, 0, 1, [1, 2, 3, 4]);
        BitConverter.TryWriteBytes(datagram, length);
        var exception = Assert.Throws<NetlinkFormatException>(() => Read(datagram));
        Assert.Equal($"a message claims {length} bytes, 20 are left", exception.Message);
    }

    private static void Read(byte[] datagram)
    {
        var messages = new MessageReader(datagram);
        while (messages.MoveNext())
            Assert.True(messages.Payload.Length <= datagram.Length);
    }
}
