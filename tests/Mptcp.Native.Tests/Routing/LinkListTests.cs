using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;
using Mptcp.Native.Tests.Routing.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Routing;

public class LinkListTests
{
    private static readonly NetworkLink Loopback = new(1, "lo")
    {
        HardwareType = 772,
        HardwareAddress = "00:00:00:00:00:00",
        Mtu = 65536,
        Flags = LinkFlags.Up | LinkFlags.Loopback | LinkFlags.Running | LinkFlags.LowerUp,
        State = OperationalState.Unknown,
        HasCarrier = true,
    };

    private static readonly NetworkLink Port = new(2, "v0")
    {
        HardwareType = 1,
        Kind = "veth",
        HardwareAddress = "02:00:00:00:00:01",
        Mtu = 1500,
        Flags = LinkFlags.Up | LinkFlags.Broadcast | LinkFlags.Running | LinkFlags.Multicast | LinkFlags.LowerUp,
        State = OperationalState.Up,
        HasCarrier = true,
        MasterIndex = 3,
        LowerIndex = 2,
    };

    private static readonly NetworkLink Bridge = new(3, "br0")
    {
        HardwareType = 1,
        Kind = "bridge",
        HardwareAddress = "02:00:00:00:00:01",
        Mtu = 1500,
        Flags = LinkFlags.Broadcast | LinkFlags.Multicast,
        State = OperationalState.Down,
        HasCarrier = false,
    };

    [Fact]
    public void Links_are_listed_with_what_they_are() => Assert.Equal(
        [Loopback, Port, Bridge],
        List(new KernelScript().Expect(
            LinkListBytes.List, LinkListBytes.Loopback, Join(LinkListBytes.Port, LinkListBytes.Bridge), LinkListBytes.End)));

    [Fact]
    public void Links_are_ordered_by_index() => Assert.Equal(
        [Loopback, Bridge],
        List(new KernelScript().ExpectAny(LinkListBytes.Bridge, LinkListBytes.Loopback, LinkListBytes.End)));

    [Fact]
    public void A_list_that_changed_while_it_was_read_is_read_again() => Assert.Equal(
        [new NetworkLink(7, "late")],
        List(new KernelScript()
            .ExpectAny(LinkListBytes.Loopback, LinkListBytes.Port, EndList(1, flags: DumpInterrupted))
            .ExpectAny(Listed(2, 7, "late"), EndList(2))));

    [Fact]
    public void A_list_that_breaks_off_is_no_list()
    {
        var refusal = Assert.Throws<KernelRefusedException>(
            () => List(new KernelScript().ExpectAny(LinkListBytes.Loopback, EndList(1, errno: 12))));
        Assert.Equal("link-list", refusal.Operation);
    }

    [Fact]
    public void A_link_without_sense_spoils_the_list()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => List(new KernelScript().ExpectAny(
            LinkListBytes.Loopback, Message(16, Multi, 1, new byte[16], Attribute(3, "lo\0"u8.ToArray()), Attribute(4, [1, 2])), LinkListBytes.End)));
        Assert.Equal("link: attribute MTU (4): expected 4 bytes, got 2", exception.Message);
    }

    [Fact]
    public void What_an_old_kernel_leaves_out_is_not_known() => Assert.Equal(
        [new NetworkLink(7, "old")],
        List(new KernelScript().ExpectAny(Listed(1, 7, "old"), EndList(1))));

    [Fact]
    public void Hardware_addresses_have_any_length()
    {
        var links = List(new KernelScript().ExpectAny(
            Listed(1, 1, "gre", Attribute(1, [198, 18, 0, 1])), Listed(1, 2, "tun", Attribute(1, [])), EndList(1)));
        Assert.Equal(["c6:12:00:01", null], links.Select(link => link.HardwareAddress));
    }

    private static byte[] Listed(uint sequence, int index, string name, params byte[][] attributes) => Message(
        16, Multi, sequence, new byte[4], Number(index), new byte[8], Attribute(3, [.. System.Text.Encoding.ASCII.GetBytes(name), 0]), Join(attributes));

    private static IReadOnlyList<NetworkLink> List(KernelScript kernel)
    {
        using var tables = new RouteTables(kernel);
        var links = tables.ListLinks();
        kernel.AssertFinished();
        return links;
    }
}
