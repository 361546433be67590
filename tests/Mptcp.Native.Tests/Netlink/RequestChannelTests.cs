using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;
using static Mptcp.Native.Tests.ScriptedKernel.ScriptedChannel;

namespace Mptcp.Native.Tests.Netlink;

public class RequestChannelTests
{
    [Fact]
    public void A_command_ends_with_its_acknowledgement()
    {
        var kernel = new KernelScript().ExpectAny(Acknowledge(1));
        using var channel = new RequestChannel(kernel);
        channel.Execute(Command());
        kernel.AssertFinished();
    }

    [Fact]
    public void Sequence_numbers_increase()
    {
        var kernel = new KernelScript()
            .ExpectAny(Acknowledge(1))
            .ExpectAny(Answer(2, 7), Acknowledge(2))
            .ExpectAny(EndList(3));
        using var channel = new RequestChannel(kernel);
        channel.Execute(Command());
        channel.Ask(Command(), ReadNumber);
        channel.Dump(Listing(), ReadNumber);
        Assert.Equal([1u, 2u, 3u], kernel.Requests.Select(request => BitConverter.ToUInt32(request, 8)));
    }

    [Fact]
    public void An_answer_to_an_earlier_request_is_ignored()
    {
        var kernel = new KernelScript()
            .ExpectAny(Acknowledge(1))
            .ExpectAny(Refuse(1, 22), Answer(1, 6), Answer(2, 7), EndList(1), Acknowledge(2));
        using var channel = new RequestChannel(kernel);
        channel.Execute(Command());
        Assert.Equal(7u, channel.Ask(Command(), ReadNumber));
    }

    [Fact]
    public void Several_messages_in_one_datagram_are_told_apart()
    {
        var kernel = new KernelScript().ExpectAny(Join(Answer(0, 6), Answer(1, 7), Acknowledge(1)));
        using var channel = new RequestChannel(kernel);
        Assert.Equal(7u, channel.Ask(Command(), ReadNumber));
    }

    [Fact]
    public void A_datagram_that_is_not_of_the_kernel_is_ignored()
    {
        var kernel = new KernelScript().ExpectAny(
            new Delivery(Answer(1, 6), Sender: 4711),
            new Delivery(Refuse(1, 1), Sender: 1),
            new Delivery(new byte[40_000], Sender: 4711),
            new Delivery([1, 2, 3], Sender: 4711),
            Answer(1, 7),
            Acknowledge(1));
        using var channel = new RequestChannel(kernel);
        Assert.Equal(7u, channel.Ask(Command(), ReadNumber));
    }

    [Fact]
    public void Control_messages_of_no_meaning_are_skipped()
    {
        var kernel = new KernelScript().ExpectAny(Message(1, 0, 1), Answer(1, 7), Acknowledge(1));
        using var channel = new RequestChannel(kernel);
        Assert.Equal(7u, channel.Ask(Command(), ReadNumber));
    }

    [Fact]
    public void A_request_after_a_failed_one_does_not_get_the_old_answer()
    {
        var kernel = new KernelScript()
            .ExpectAny(Delivery.Failing(new NetlinkTransportException("the kernel did not answer")), Answer(1, 6), Acknowledge(1))
            .ExpectAny(Answer(2, 7), Acknowledge(2));
        using var channel = new RequestChannel(kernel);
        Assert.Throws<NetlinkTransportException>(() => channel.Ask(Command(), ReadNumber));
        Assert.Equal(7u, channel.Ask(Command(), ReadNumber));
    }

    [Fact]
    public void A_receive_buffer_that_ran_over_is_a_failure_of_the_transport()
    {
        var kernel = new KernelScript().ExpectAny(
            Delivery.Failing(new NetlinkTransportException("the answer could not be received", Errno.NoBuffers)));
        using var channel = new RequestChannel(kernel);
        var exception = Assert.Throws<NetlinkTransportException>(() => channel.Execute(Command()));
        Assert.Equal(Errno.NoBuffers, exception.Errno);
        Assert.Contains("ENOBUFS", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_cannot_be_sent_is_a_failure_of_the_transport()
    {
        var kernel = new KernelScript().Fail(new NetlinkTransportException("the request could not be sent", Errno.NoBuffers));
        using var channel = new RequestChannel(kernel);
        Assert.Throws<NetlinkTransportException>(() => channel.Execute(Command()));
    }

    [Fact]
    public void An_answer_that_does_not_fit_is_a_failure_of_the_transport()
    {
        var kernel = new KernelScript().ExpectAny(Message(Family, 0, 1, new byte[33_000]), Acknowledge(1));
        using var channel = new RequestChannel(kernel);
        var exception = Assert.Throws<NetlinkTransportException>(() => channel.Ask(Command("link-get"), ReadNumber));
        Assert.Equal("link-get: an answer of 33016 bytes does not fit", exception.Message);
    }

    [Fact]
    public void An_answer_where_none_was_asked_for_has_no_sense()
    {
        var kernel = new KernelScript().ExpectAny(Answer(1, 7), Acknowledge(1));
        using var channel = new RequestChannel(kernel);
        Assert.Throws<NetlinkFormatException>(() => channel.Execute(Command()));
    }

    [Fact]
    public void An_acknowledgement_without_the_answer_has_no_sense()
    {
        var kernel = new KernelScript().ExpectAny(Acknowledge(1));
        using var channel = new RequestChannel(kernel);
        var exception = Assert.Throws<NetlinkFormatException>(() => channel.Ask(Command(), ReadNumber));
        Assert.Equal("test: expected one answer, got 0", exception.Message);
    }

    [Fact]
    public void Two_answers_to_a_question_for_one_have_no_sense()
    {
        var kernel = new KernelScript().ExpectAny(Answer(1, 7), Answer(1, 8), Acknowledge(1));
        using var channel = new RequestChannel(kernel);
        var exception = Assert.Throws<NetlinkFormatException>(() => channel.Ask(Command(), ReadNumber));
        Assert.Equal("test: expected one answer, got 2", exception.Message);
    }

    [Fact]
    public void A_channel_closes_its_socket()
    {
        var kernel = new KernelScript();
        new RequestChannel(kernel).Dispose();
        Assert.True(kernel.IsDisposed);
    }
}
