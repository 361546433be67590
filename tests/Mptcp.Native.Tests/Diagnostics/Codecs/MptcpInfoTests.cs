using Mptcp.Native.Diagnostics.Codecs;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Tests.Diagnostics.Codecs;

public class MptcpInfoTests
{
    // Byte i is i + 1, so that no two fields are alike and each tells where it was read.
    private static readonly byte[] Bytes = [.. Enumerable.Range(1, 96).Select(number => (byte)number)];

    private static readonly MptcpInfo Whole = new()
    {
        AdditionalSubflows = 1,
        AddressesSignaled = 2,
        AddressesAccepted = 3,
        SubflowsMaximum = 4,
        AddressesSignaledMaximum = 5,
        AddressesAcceptedMaximum = 6,
        Flags = (MptcpInfoFlags)0x0c0b0a09,
        Token = 0x100f0e0d,
        WriteSequence = 0x1817161514131211,
        SendUnacknowledged = 0x201f1e1d1c1b1a19,
        ReceiveNext = 0x2827262524232221,
        LocalAddressesUsed = 0x29,
        LocalAddressesMaximum = 0x2a,
        ChecksumEnabled = true,
        Retransmissions = 0x302f2e2d,
        BytesRetransmitted = 0x3837363534333231,
        BytesSent = 0x403f3e3d3c3b3a39,
        BytesReceived = 0x4847464544434241,
        BytesAcknowledged = 0x504f4e4d4c4b4a49,
        SubflowsTotal = 0x51,
        LaminarEndpointsMaximum = 0x52,
        SinceDataSent = TimeSpan.FromMilliseconds(0x58575655),
        SinceDataReceived = TimeSpan.FromMilliseconds(0x5c5b5a59),
        SinceAcknowledgement = TimeSpan.FromMilliseconds(0x605f5e5d),
    };

    private static readonly MptcpInfo From6_7 = Whole with
    {
        LaminarEndpointsMaximum = null,
        SinceDataSent = null,
        SinceDataReceived = null,
        SinceAcknowledgement = null,
    };

    private static readonly MptcpInfo From6_5 = From6_7 with { SubflowsTotal = null };

    private static readonly MptcpInfo From5_14 = From6_5 with
    {
        Retransmissions = null,
        BytesRetransmitted = null,
        BytesSent = null,
        BytesReceived = null,
        BytesAcknowledged = null,
    };

    private static readonly MptcpInfo From5_9 = From5_14 with
    {
        LocalAddressesUsed = null,
        LocalAddressesMaximum = null,
        ChecksumEnabled = null,
    };

    [Fact]
    public void Every_field_is_read_where_it_stands() => Assert.Equal(Whole, MptcpInfoCodec.Read(Bytes));

    [Fact]
    public void A_tail_that_is_not_known_changes_nothing() => Assert.Equal(Whole, MptcpInfoCodec.Read([.. Bytes, 1, 2, 3, 4]));

    [Fact]
    public void What_a_kernel_does_not_know_is_null_even_where_it_has_padding()
    {
        Assert.Equal(From6_7, MptcpInfoCodec.Read(Bytes.AsSpan(0, 88)));
        Assert.Equal(From6_5, MptcpInfoCodec.Read(Bytes.AsSpan(0, 80)));
        Assert.Equal(From5_14, MptcpInfoCodec.Read(Bytes.AsSpan(0, 48)));
        Assert.Equal(From5_9, MptcpInfoCodec.Read(Bytes.AsSpan(0, 40)));
    }

    [Fact]
    public void A_structure_shorter_than_any_kernel_s_has_no_sense()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => MptcpInfoCodec.Read(Bytes.AsSpan(0, 39)));
        Assert.Equal("mptcp_info: expected at least 40 bytes, got 39", exception.Message);
    }
}
