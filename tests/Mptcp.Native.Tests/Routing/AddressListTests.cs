using System.Net;
using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;
using Mptcp.Native.Tests.Routing.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Routing;

public class AddressListTests
{
    private static readonly InterfaceAddress Loopback = new(1, IPAddress.Loopback, 8)
    {
        Scope = AddressScope.Host,
        Flags = AddressFlags.Permanent,
        Label = "lo",
    };

    [Fact]
    public void IPv4_addresses_are_listed_with_labels_and_peers() => Assert.Equal(
        [
            Loopback,
            new InterfaceAddress(2, IPAddress.Parse("198.18.0.1"), 24) { Flags = AddressFlags.Permanent, Label = "v0:x" },
            new InterfaceAddress(2, IPAddress.Parse("198.18.0.9"), 32)
            {
                Flags = AddressFlags.Permanent,
                Label = "v0",
                Peer = IPAddress.Parse("198.18.0.10"),
            },
        ],
        List(new KernelScript().Expect(
            AddressBytes.List, AddressBytes.Loopback, Join(AddressBytes.Labelled, AddressBytes.Peer), AddressBytes.End)));

    [Fact]
    public void IPv6_addresses_are_listed_with_flags_and_lifetimes() => Assert.Equal(
        [
            new InterfaceAddress(2, IPAddress.Parse("2001:db8::5"), 128)
            {
                Flags = AddressFlags.Permanent | AddressFlags.NoDuplicateDetection,
                Peer = IPAddress.Parse("2001:db8::6"),
            },
            new InterfaceAddress(2, IPAddress.Parse("2001:db8:5::1"), 64)
            {
                Flags = AddressFlags.NoDuplicateDetection,
                PreferredLifetime = TimeSpan.FromSeconds(598),
                ValidLifetime = TimeSpan.FromSeconds(998),
            },
            new InterfaceAddress(2, IPAddress.Parse("2001:db8:6::1"), 64)
            {
                Flags = AddressFlags.NoDuplicateDetection | AddressFlags.ManagesTemporary,
                PreferredLifetime = TimeSpan.FromSeconds(89998),
                ValidLifetime = TimeSpan.FromSeconds(99998),
            },
            new InterfaceAddress(2, IPAddress.Parse("2001:db8:6:0:fabf:54f5:19a9:1216"), 64)
            {
                Flags = AddressFlags.Temporary,
                PreferredLifetime = TimeSpan.FromSeconds(86267),
                ValidLifetime = TimeSpan.FromSeconds(99998),
            },
        ],
        List(new KernelScript().ExpectAny(
            AddressBytes.PeerIPv6, AddressBytes.Limited, AddressBytes.Manager, AddressBytes.Temporary, AddressBytes.End)));

    [Fact]
    public void Addresses_of_other_protocols_are_left_out()
    {
        const byte AfMctp = 45;
        Assert.Equal(
            [Loopback],
            List(new KernelScript().ExpectAny(
                AddressBytes.Loopback, Message(20, Multi, 1, [AfMctp, 0, 0, 0, 1, 0, 0, 0], Attribute(2, [8])), AddressBytes.End)));
    }

    [Fact]
    public void A_list_that_changed_while_it_was_read_is_read_again() => Assert.Equal(
        [new InterfaceAddress(5, IPAddress.Parse("198.18.0.5"), 32)],
        List(new KernelScript()
            .ExpectAny(AddressBytes.Loopback, EndList(1, flags: DumpInterrupted))
            .ExpectAny(Listed(2, Attribute(2, [198, 18, 0, 5])), EndList(2))));

    // The one bit means "secondary" of an IPv4 address and "temporary" of an IPv6 address.
    [Fact]
    public void A_secondary_IPv4_address_is_not_taken_for_a_temporary_one() => Assert.Equal(
        [AddressFlags.Secondary],
        List(new KernelScript().ExpectAny(Listed(1, Attribute(2, [198, 18, 0, 5]), Attribute(8, Number(1u))), EndList(1)))
            .Select(address => address.Flags));

    [Fact]
    public void An_old_kernel_tells_flags_in_the_header_alone() => Assert.Equal(
        [AddressFlags.Permanent],
        List(new KernelScript().ExpectAny(
                Message(20, Multi, 1, [2, 32, 0x80, 0, 5, 0, 0, 0], Attribute(2, [198, 18, 0, 5])), EndList(1)))
            .Select(address => address.Flags));

    [Fact]
    public void An_address_that_maps_an_IPv4_address_stays_what_it_is() => Assert.Equal(
        [IPAddress.Parse("::ffff:198.18.0.1")],
        List(new KernelScript().ExpectAny(
                Message(
                    20, Multi, 1, [10, 128, 0x80, 0, 5, 0, 0, 0], Attribute(1, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 18, 0, 1])),
                EndList(1)))
            .Select(address => address.Address));

    [Fact]
    public void Lifetimes_may_be_longer_in_newer_kernels() => Assert.Equal(
        [TimeSpan.FromSeconds(1)],
        List(new KernelScript().ExpectAny(
                Listed(1, Attribute(2, [198, 18, 0, 5]), Attribute(6, Number(1u), new byte[16])), EndList(1)))
            .Select(address => address.PreferredLifetime!.Value));

    [Theory]
    [InlineData("address: expected 8 bytes, got 7", 7)]
    [InlineData("address: the attributes LOCAL and ADDRESS are missing", 8)]
    public void A_cut_address_has_no_sense(string message, int length)
    {
        byte[] header = [2, 32, 0, 0, 5, 0, 0, 0];
        var exception = Assert.Throws<NetlinkFormatException>(
            () => List(new KernelScript().ExpectAny(Message(20, Multi, 1, header[..length]), EndList(1))));
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void Attributes_of_impossible_lengths_have_no_sense()
    {
        Assert.Equal("address: attribute LOCAL (2): expected 4 bytes, got 16", Failure(Attribute(2, new byte[16])));
        Assert.Equal("address: attribute FLAGS (8): expected 4 bytes, got 1", Failure(Attribute(8, [1])));
        Assert.Equal("address: attribute CACHEINFO (6): expected 16 bytes, got 15", Failure(Attribute(6, new byte[15])));
    }

    [Fact]
    public void Interfaces_have_their_addresses()
    {
        using var tables = new RouteTables(new KernelScript()
            .ExpectAny(AddressBytes.Labelled, AddressBytes.Loopback, AddressBytes.Limited, AddressBytes.End)
            .ExpectAny(WithSequence(2, LinkListBytes.Loopback), WithSequence(2, LinkListBytes.Port), WithSequence(2, LinkListBytes.Bridge), EndList(2)));
        var interfaces = tables.ListInterfaces();
        Assert.Equal(["lo", "v0", "br0"], interfaces.Select(one => one.Link.Name));
        Assert.Equal(["127.0.0.1", "198.18.0.1,2001:db8:5::1", ""], interfaces.Select(one => string.Join(',', one.Addresses.Select(address => address.Address))));
    }

    [Fact]
    public void Interfaces_are_listed_again_when_one_has_gone_in_between()
    {
        var kernel = new KernelScript()
            .ExpectAny(AddressBytes.Labelled, AddressBytes.Loopback, AddressBytes.End)
            .ExpectAny(WithSequence(2, LinkListBytes.Loopback), EndList(2))
            .ExpectAny(WithSequence(3, AddressBytes.Loopback), EndList(3))
            .ExpectAny(WithSequence(4, LinkListBytes.Loopback), EndList(4));
        using var tables = new RouteTables(kernel);
        var only = Assert.Single(tables.ListInterfaces());
        Assert.Equal(("lo", Loopback), (only.Link.Name, Assert.Single(only.Addresses)));
        kernel.AssertFinished();
    }

    [Fact]
    public void Interfaces_that_never_stay_are_no_list()
    {
        var kernel = new KernelScript();
        for (uint sequence = 1; sequence <= 16; sequence += 2)
            kernel.ExpectAny(WithSequence(sequence, AddressBytes.Loopback), EndList(sequence)).ExpectAny(EndList(sequence + 1));
        using var tables = new RouteTables(kernel);
        Assert.Equal(8, Assert.Throws<DumpInterruptedException>(tables.ListInterfaces).Attempts);
        kernel.AssertFinished();
    }

    private static byte[] WithSequence(uint sequence, byte[] message)
    {
        byte[] changed = [.. message];
        Number(sequence).CopyTo(changed, 8);
        return changed;
    }

    private static string Failure(byte[] attribute) => Assert.Throws<NetlinkFormatException>(
        () => List(new KernelScript().ExpectAny(Listed(1, attribute), EndList(1)))).Message;

    private static byte[] Listed(uint sequence, params byte[][] attributes)
        => Message(20, Multi, sequence, [2, 32, 0, 0, 5, 0, 0, 0], Join(attributes));

    private static IReadOnlyList<InterfaceAddress> List(KernelScript kernel)
    {
        using var tables = new RouteTables(kernel);
        var addresses = tables.ListAddresses();
        kernel.AssertFinished();
        return addresses;
    }
}
