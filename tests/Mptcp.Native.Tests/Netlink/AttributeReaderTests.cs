using System.Net;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Netlink;

public class AttributeReaderTests
{
    [Fact]
    public void Numbers_are_in_host_order_unless_it_is_said()
    {
        var attributes = new AttributeReader(Join(
            Attribute(1, [0x12]), Attribute(2, [0x12, 0x34]), Attribute(3, [1, 2, 3, 4]), Attribute(4, [0xfe, 0xff, 0xff, 0xff])), "test");
        attributes.MoveNext();
        Assert.Equal(0x12, attributes.ReadByte());
        attributes.MoveNext();
        Assert.Equal(0x3412, attributes.ReadUInt16());
        Assert.Equal(0x1234, attributes.ReadUInt16BigEndian());
        attributes.MoveNext();
        Assert.Equal(0x04030201u, attributes.ReadUInt32());
        attributes.MoveNext();
        Assert.Equal(-2, attributes.ReadInt32());
        Assert.False(attributes.MoveNext());
    }

    [Fact]
    public void Addresses_are_as_on_the_wire_and_mapped_ones_are_IPv4()
    {
        var attributes = new AttributeReader(
            Join(
                Attribute(1, [198, 18, 1, 2]),
                Attribute(2, IPAddress.Parse("2001:db8::2").GetAddressBytes()),
                Attribute(3, IPAddress.Parse("::ffff:198.18.1.3").GetAddressBytes())),
            "test");
        attributes.MoveNext();
        Assert.Equal(IPAddress.Parse("198.18.1.2"), attributes.ReadIPv4Address());
        attributes.MoveNext();
        Assert.Equal(IPAddress.Parse("2001:db8::2"), attributes.ReadIPv6Address());
        attributes.MoveNext();
        Assert.Equal(IPAddress.Parse("198.18.1.3"), attributes.ReadIPv6Address());
    }

    [Fact]
    public void Text_ends_at_its_zero()
    {
        var attributes = new AttributeReader(Join(Attribute(1, "lo\0x"u8.ToArray()), Attribute(2, "lo"u8.ToArray()), Attribute(3)), "test");
        attributes.MoveNext();
        Assert.Equal("lo", attributes.ReadString());
        attributes.MoveNext();
        Assert.Equal("lo", attributes.ReadString());
        attributes.MoveNext();
        Assert.Equal("", attributes.ReadString());
    }

    [Fact]
    public void The_two_top_bits_are_not_part_of_a_type()
    {
        var attributes = new AttributeReader(Join(Attribute(0x8005), Attribute(0x4006), Attribute(0xc007)), "test");
        attributes.MoveNext();
        Assert.Equal(5, attributes.Type);
        attributes.MoveNext();
        Assert.Equal(6, attributes.Type);
        attributes.MoveNext();
        Assert.Equal(7, attributes.Type);
    }

    [Fact]
    public void A_tail_shorter_than_a_header_is_padding()
    {
        var attributes = new AttributeReader([.. Attribute(1, [1]), 0, 0, 0], "test");
        Assert.True(attributes.MoveNext());
        Assert.False(attributes.MoveNext());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(ushort.MaxValue)]
    public void A_length_below_the_header_or_above_what_is_left_is_refused(int length)
    {
        var bytes = Attribute(5, [1, 2, 3, 4]);
        BitConverter.TryWriteBytes(bytes, (ushort)length);
        var exception = Assert.Throws<NetlinkFormatException>(() => new AttributeReader(bytes, "test").MoveNext());
        Assert.Equal($"test: attribute 5 claims {length} bytes, 8 are left", exception.Message);
    }

    [Fact]
    public void A_wrong_length_is_told_with_the_path_to_the_attribute()
    {
        var bytes = Nest(7, Nest(8, Attribute(9, [1, 2])));
        var exception = Assert.Throws<NetlinkFormatException>(() =>
        {
            var outer = new AttributeReader(bytes, "test", type => type == 7 ? "OUTER" : null);
            outer.MoveNext();
            var middle = outer.ReadNested();
            middle.MoveNext();
            var inner = middle.ReadNested(type => type == 9 ? "INNER" : null);
            inner.MoveNext();
            inner.ReadUInt32();
        });
        Assert.Equal("test.OUTER.8: attribute INNER (9): expected 4 bytes, got 2", exception.Message);
    }
}
