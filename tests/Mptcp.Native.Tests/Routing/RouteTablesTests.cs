using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;
using Mptcp.Native.Tests.Routing.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;

namespace Mptcp.Native.Tests.Routing;

public class RouteTablesTests
{
    private static readonly NetworkLink Loopback = new(1, "lo")
    {
        HardwareType = 772,
        Flags = LinkFlags.Up | LinkFlags.Loopback | LinkFlags.Running | LinkFlags.LowerUp,
    };

    [Fact]
    public void A_link_is_found_by_its_name() => Assert.Equal(
        Loopback,
        Ask(tables => tables.FindLink("lo"), new KernelScript().Expect(LinkBytes.FindByName, LinkBytes.Found, LinkBytes.End)));

    [Fact]
    public void A_link_is_found_by_its_index() => Assert.Equal(
        Loopback,
        Ask(tables => tables.FindLink(1), new KernelScript().Expect(LinkBytes.FindByIndex, LinkBytes.Found, LinkBytes.End)));

    [Fact]
    public void A_name_that_no_link_has_finds_nothing()
        => Assert.Null(Ask(tables => tables.FindLink("nosuch"), new KernelScript().ExpectAny(LinkBytes.Missing)));

    [Fact]
    public void An_index_that_no_link_has_finds_nothing()
        => Assert.Null(Ask(tables => tables.FindLink(99), new KernelScript().ExpectAny(LinkBytes.Missing)));

    [Fact]
    public void A_name_that_the_kernel_calls_too_long_finds_nothing()
        => Assert.Null(Ask(tables => tables.FindLink(new string('ä', 15)), new KernelScript().ExpectAny(LinkBytes.NameTooLong)));

    [Fact]
    public void A_name_that_the_kernel_calls_invalid_finds_nothing()
        => Assert.Null(Ask(tables => tables.FindLink(""), new KernelScript().ExpectAny(KernelMessages.Refuse(1, 22))));

    [Theory]
    [InlineData("a name of 16 ch.")]
    [InlineData("lo\0")]
    public void A_name_that_no_link_can_have_is_not_asked_for(string name)
        => Assert.Null(Ask(tables => tables.FindLink(name), new KernelScript()));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_index_that_no_link_can_have_is_not_asked_for(int index)
        => Assert.Null(Ask(tables => tables.FindLink(index), new KernelScript()));

    [Fact]
    public void A_search_that_is_refused_for_another_reason_is_not_taken_for_nothing_found()
    {
        var refusal = Assert.Throws<KernelRefusedException>(
            () => Ask(tables => tables.FindLink("lo"), new KernelScript().ExpectAny(KernelMessages.Refuse(1, 1))));
        Assert.Equal(Errno.NotPermitted, refusal.Errno);
        Assert.Equal("link-get", refusal.Operation);
    }

    [Fact]
    public void A_link_without_a_name_has_no_sense()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => Ask(
            tables => tables.FindLink(1),
            new KernelScript().ExpectAny(KernelMessages.Message(16, 0, 1, new byte[16]), LinkBytes.End)));
        Assert.Equal("link: the attribute IFNAME is missing", exception.Message);
    }

    [Fact]
    public void A_cut_answer_has_no_sense()
    {
        var exception = Assert.Throws<NetlinkFormatException>(() => Ask(
            tables => tables.FindLink(1),
            new KernelScript().ExpectAny(KernelMessages.Message(16, 0, 1, new byte[15]), LinkBytes.End)));
        Assert.Equal("link: expected 16 bytes, got 15", exception.Message);
    }

    [Fact]
    public void A_name_is_needed()
        => Assert.Throws<ArgumentNullException>(() => Ask(tables => tables.FindLink(null!), new KernelScript()));

    private static NetworkLink? Ask(Func<RouteTables, NetworkLink?> question, KernelScript kernel)
    {
        using var tables = new RouteTables(kernel);
        var link = question(tables);
        kernel.AssertFinished();
        return link;
    }
}
