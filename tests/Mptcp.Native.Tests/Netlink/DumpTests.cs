using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;
using static Mptcp.Native.Tests.ScriptedKernel.ScriptedChannel;

namespace Mptcp.Native.Tests.Netlink;

public class DumpTests
{
    [Fact]
    public void A_listing_comes_in_several_datagrams()
    {
        var kernel = new KernelScript().ExpectAny(
            Join(Part(1, 10), Part(1, 11)), Part(1, 12), Join(Part(1, 13), Part(1, 14)), EndList(1));
        Assert.Equal([10u, 11u, 12u, 13u, 14u], List(kernel));
    }

    [Fact]
    public void The_end_of_a_listing_may_stand_in_the_datagram_of_its_last_part()
        => Assert.Equal([10u, 11u], List(new KernelScript().ExpectAny(Join(Part(1, 10), Part(1, 11), EndList(1)))));

    [Fact]
    public void A_listing_without_end_is_given_up_when_it_is_larger_than_any()
    {
        var kernel = new EndlessKernel(sequence => Part(sequence, 10));
        using var channel = new RequestChannel(kernel) { ByteLimit = 1_000_000 };
        var failure = Assert.Throws<NetlinkTransportException>(() => channel.Dump(Listing(), ReadNumber));
        Assert.Contains("test-list: the answer had no end", failure.Message, StringComparison.Ordinal);
        Assert.True(kernel.Taken > 10_000);
    }

    [Fact]
    public void An_answer_that_never_comes_to_the_point_is_given_up_after_a_time()
    {
        // To another question; to none; and by somebody who has nothing to say.
        foreach (var said in new[] { Part(99, 10), Message(1, 0, 1), [] })
        {
            using var channel = new RequestChannel(new EndlessKernel(_ => said)) { TimeLimit = TimeSpan.FromMilliseconds(50) };
            Assert.Throws<NetlinkTransportException>(() => channel.Execute(Command()));
        }
    }

    [Fact]
    public void A_listing_may_be_empty() => Assert.Empty(List(new KernelScript().ExpectAny(EndList(1))));

    [Fact]
    public void The_end_of_a_listing_may_come_without_a_number()
        => Assert.Equal([10u], List(new KernelScript().ExpectAny(Part(1, 10), Message(3, Multi, 1))));

    [Fact]
    public void Parts_of_an_earlier_listing_are_ignored()
    {
        var kernel = new KernelScript()
            .ExpectAny(Delivery.Failing(new NetlinkTransportException("lost", Errno.NoBuffers)), Part(1, 90), EndList(1))
            .ExpectAny(Part(2, 10), EndList(2));
        using var channel = new RequestChannel(kernel);
        Assert.Throws<NetlinkTransportException>(() => channel.Dump(Listing(), ReadNumber));
        Assert.Equal([10u], channel.Dump(Listing(), ReadNumber));
    }

    [Fact]
    public void A_listing_that_ends_with_an_error_is_refused_and_not_handed_over_in_part()
    {
        var kernel = new KernelScript().ExpectAny(Part(1, 10), EndList(1, errno: 105));
        using var channel = new RequestChannel(kernel);
        var refusal = Assert.Throws<KernelRefusedException>(() => channel.Dump(Listing(), ReadNumber));
        Assert.Equal(Errno.NoBuffers, refusal.Errno);
        Assert.Equal("test-list", refusal.Operation);
    }

    [Fact]
    public void A_listing_may_be_refused_at_once()
    {
        var kernel = new KernelScript().ExpectAny(Refuse(1, 16, "busy"));
        using var channel = new RequestChannel(kernel);
        var refusal = Assert.Throws<KernelRefusedException>(() => channel.Dump(Listing(), ReadNumber));
        Assert.Equal(Errno.Busy, refusal.Errno);
        Assert.Equal("busy", refusal.KernelText);
    }

    [Fact]
    public void A_listing_that_changed_while_it_was_read_is_read_again_as_a_whole()
    {
        var kernel = new KernelScript()
            .ExpectAny(Part(1, 90), Part(1, 91, DumpInterrupted), Part(1, 92), EndList(1))
            .ExpectAny(Part(2, 10), Part(2, 11), EndList(2));
        Assert.Equal([10u, 11u], List(kernel));
        kernel.AssertFinished();
    }

    [Fact]
    public void A_listing_may_be_found_to_have_changed_at_its_end()
    {
        var kernel = new KernelScript()
            .ExpectAny(Part(1, 90), EndList(1, flags: DumpInterrupted))
            .ExpectAny(Part(2, 10), EndList(2));
        Assert.Equal([10u], List(kernel));
        kernel.AssertFinished();
    }

    [Fact]
    public void A_listing_that_changes_every_time_is_given_up()
    {
        var kernel = new KernelScript();
        for (uint attempt = 1; attempt <= 8; attempt++)
            kernel.ExpectAny(Part(attempt, 90, DumpInterrupted), EndList(attempt));

        using var channel = new RequestChannel(kernel);
        var exception = Assert.Throws<DumpInterruptedException>(() => channel.Dump(Listing("get-addr"), ReadNumber));
        Assert.Equal(8, exception.Attempts);
        Assert.Equal("get-addr changed while it was being read, 8 times in a row", exception.Message);
        Assert.Equal(8, kernel.Requests.Count);
        kernel.AssertFinished();
    }

    [Fact]
    public void A_listing_is_read_to_its_end_even_where_a_part_has_no_sense()
    {
        var kernel = new KernelScript()
            .ExpectAny(Part(1, 90), Message(Family, Multi, 1, [1, 2, 3]), Message(Family, Multi, 1), Part(1, 91), EndList(1))
            .ExpectAny(Part(2, 10), EndList(2));
        using var channel = new RequestChannel(kernel);
        var exception = Assert.Throws<NetlinkFormatException>(() => channel.Dump(Listing(), ReadNumber));
        Assert.Equal("expected 4 bytes, got 3", exception.Message);
        Assert.Equal(0, kernel.Unread);
        Assert.Equal([10u], channel.Dump(Listing(), ReadNumber));
    }

    [Fact]
    public void A_datagram_of_a_listing_that_does_not_fit_is_a_failure_of_the_transport()
    {
        var kernel = new KernelScript().ExpectAny(Part(1, 10), Message(Family, Multi, 1, new byte[40_000]), EndList(1));
        using var channel = new RequestChannel(kernel);
        Assert.Throws<NetlinkTransportException>(() => channel.Dump(Listing(), ReadNumber));
    }

    private static byte[] Part(uint sequence, uint number, ushort flags = 0) => Answer(sequence, number, (ushort)(Multi | flags));

    private static List<uint> List(KernelScript kernel)
    {
        using var channel = new RequestChannel(kernel);
        return channel.Dump(Listing(), ReadNumber);
    }
}
