using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Netlink;

public class AcknowledgementTests
{
    private const ushort Error = 2, Done = 3;

    [Fact]
    public void Zero_is_success() => Assert.Null(Acknowledgement.Read(Number(0u), Error, 0).Errno);

    [Fact]
    public void The_error_is_negative_on_the_wire() => Assert.Equal(new Errno(22), Acknowledgement.Read(Number(-22), Error, 0).Errno);

    [Fact]
    public void The_end_of_a_listing_has_its_details_right_behind_the_error()
    {
        var end = Acknowledgement.Read(Join(Number(-22), Attribute(1, "no\0"u8.ToArray())), Done, HasDetails);
        Assert.Equal((new Errno(22), "no"), (end.Errno, end.Text));
    }

    [Fact]
    public void A_repeated_request_is_padded_before_the_details()
    {
        byte[] request = [.. Message(28, 5, 1, [1, 2, 3, 4, 5])];
        request[0] = 21;
        var end = Acknowledgement.Read(Join(Number(-22), request, Attribute(1, "no\0"u8.ToArray())), Error, HasDetails);
        Assert.Equal("no", end.Text);
    }

    [Fact]
    public void Words_need_no_terminating_zero()
    {
        var end = Acknowledgement.Read(Join(Number(-1), Attribute(1, "no"u8.ToArray())), Done, HasDetails);
        Assert.Equal("no", end.Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void An_acknowledgement_without_a_whole_error_is_refused(int length)
        => Assert.Throws<NetlinkFormatException>(() => Acknowledgement.Read(new byte[length], Error, 0));

    [Fact]
    public void Details_without_the_header_of_the_request_are_refused()
        => Assert.Throws<NetlinkFormatException>(() => Acknowledgement.Read(new byte[19], Error, HasDetails | Capped));

    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    [InlineData(21u)]
    [InlineData(uint.MaxValue)]
    public void A_repeated_request_of_an_impossible_length_is_refused(uint length)
        => Assert.Throws<NetlinkFormatException>(()
            => Acknowledgement.Read(Join(Number(-22), Number(length), new byte[16]), Error, HasDetails));

    [Fact]
    public void An_error_that_has_no_positive_counterpart_is_refused()
        => Assert.Throws<NetlinkFormatException>(() => Acknowledgement.Read(Number(0x80000000u), Error, 0));
}
