using System.Net;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.PathManagement;

public class EndpointCodecTests
{
    private static readonly byte[] IPv4 = Attribute(3, [198, 18, 1, 3]);

    [Fact]
    public void A_mapped_address_of_an_endpoint_is_IPv4()
    {
        var mapped = Attribute(4, IPAddress.Parse("::ffff:198.18.1.3").GetAddressBytes());
        Assert.Equal(new Endpoint(IPAddress.Parse("198.18.1.3")), Read(Attribute(1, Number((ushort)10)), mapped));
    }

    [Fact]
    public void Flags_that_are_not_known_are_kept()
        => Assert.Equal(0x80000041u, (uint)Read(IPv4, Attribute(6, Number(0x80000041u))).Flags);

    [Fact]
    public void Attributes_that_are_not_known_are_passed_over()
        => Assert.Equal(5, Read(Attribute(77, [1, 2, 3]), IPv4, Attribute(2, [5])).Id);

    [Fact]
    public void Every_flag_has_the_number_of_the_header() => Assert.Equal<int>(
        [0, 1, 2, 4, 8, 16, 32],
        Enum.GetValues<EndpointFlags>().Select(flag => (int)flag));

    [Theory]
    [InlineData(2, 4, "address.ADDR: attribute ID (2): expected 1 byte, got 4")]
    [InlineData(3, 16, "address.ADDR: attribute ADDR4 (3): expected 4 bytes, got 16")]
    [InlineData(4, 4, "address.ADDR: attribute ADDR6 (4): expected 16 bytes, got 4")]
    [InlineData(5, 4, "address.ADDR: attribute PORT (5): expected 2 bytes, got 4")]
    [InlineData(6, 1, "address.ADDR: attribute FLAGS (6): expected 4 bytes, got 1")]
    [InlineData(7, 8, "address.ADDR: attribute IF_IDX (7): expected 4 bytes, got 8")]
    public void An_attribute_of_a_wrong_length_is_named(int attribute, int length, string message)
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => Read(IPv4, Attribute((ushort)attribute, new byte[length])));
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void An_endpoint_needs_an_address()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => Read(Attribute(2, [5])));
        Assert.Equal("address: neither ADDR4 nor ADDR6 is there", exception.Message);
    }

    [Fact]
    public void An_answer_about_an_endpoint_needs_one()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => EndpointCodec.ReadEndpoint(GenericHeader(3)));
        Assert.Equal("address: the attribute ADDR is missing", exception.Message);
    }

    [Theory]
    [InlineData(2, "limits: the attribute SUBFLOWS is missing")]
    [InlineData(3, "limits: the attribute RCV_ADD_ADDRS is missing")]
    public void Limits_come_both(int present, string message)
    {
        var payload = Join(GenericHeader(6), Attribute((ushort)present, Number(4)));
        var exception = Assert.Throws<NetlinkFormatException>(() => EndpointCodec.ReadLimits(payload));
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void A_limit_of_a_wrong_length_is_named()
    {
        var payload = Join(GenericHeader(6), Attribute(3, [4]));
        var exception = Assert.Throws<NetlinkFormatException>(() => EndpointCodec.ReadLimits(payload));
        Assert.Equal("limits: attribute SUBFLOWS (3): expected 4 bytes, got 1", exception.Message);
    }

    private static Endpoint Read(params byte[][] attributes)
        => EndpointCodec.ReadEndpoint(Join(GenericHeader(3), Nest(1, attributes)));
}
