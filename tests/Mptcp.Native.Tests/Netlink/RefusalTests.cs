using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;
using static Mptcp.Native.Tests.ScriptedKernel.ScriptedChannel;

namespace Mptcp.Native.Tests.Netlink;

public class RefusalTests
{
    [Fact]
    public void A_refusal_tells_what_was_asked_and_the_words_of_the_kernel()
    {
        var refusal = Refused(AcknowledgementBytes.CappedWithTextAndOffset, "set-limits");
        Assert.Equal("set-limits", refusal.Operation);
        Assert.Equal(Errno.Invalid, refusal.Errno);
        Assert.Equal("limit greater than maximum (8)", refusal.KernelText);
        Assert.Equal(20, refusal.AttributeOffset);
        Assert.Null(refusal.MissingAttribute);
        Assert.Equal("the kernel refused set-limits: EINVAL (limit greater than maximum (8))", refusal.Message);
    }

    [Fact]
    public void The_words_stand_behind_a_request_that_is_repeated_as_a_whole()
    {
        var refusal = Refused(AcknowledgementBytes.UncappedWithTextAndOffset);
        Assert.Equal(Errno.Invalid, refusal.Errno);
        Assert.Equal("limit greater than maximum (8)", refusal.KernelText);
        Assert.Equal(20, refusal.AttributeOffset);
    }

    [Fact]
    public void A_refusal_tells_which_attribute_is_missing()
    {
        var refusal = Refused(AcknowledgementBytes.MissingAttribute);
        Assert.Equal(1, refusal.MissingAttribute);
        Assert.Null(refusal.KernelText);
        Assert.Null(refusal.AttributeOffset);
        Assert.Equal("the kernel refused test: EINVAL (Invalid argument)", refusal.Message);
    }

    [Fact]
    public void The_missing_attribute_stands_behind_a_request_that_is_repeated_as_a_whole()
        => Assert.Equal(1, Refused(AcknowledgementBytes.UncappedMissingAttribute).MissingAttribute);

    [Fact]
    public void A_refusal_without_an_offset_has_none()
    {
        var refusal = Refused(AcknowledgementBytes.CappedWithText);
        Assert.Equal(Errno.NoSuchProcess, refusal.Errno);
        Assert.Equal("subflow not found", refusal.KernelText);
        Assert.Null(refusal.AttributeOffset);
    }

    [Fact]
    public void Details_that_are_not_known_are_passed_over()
    {
        var refusal = Refused(AcknowledgementBytes.PolicyViolation);
        Assert.Equal(Errno.OutOfRange, refusal.Errno);
        Assert.Equal("Attribute failed policy validation", refusal.KernelText);
        Assert.Equal(20, refusal.AttributeOffset);
    }

    [Fact]
    public void A_refusal_without_details_is_told_by_its_errno()
    {
        var refusal = Refused(AcknowledgementBytes.WithoutDetails);
        Assert.Equal(Errno.NoSuchDevice, refusal.Errno);
        Assert.Null(refusal.KernelText);
        Assert.Equal("the kernel refused test: ENODEV (No such device)", refusal.Message);
    }

    [Fact]
    public void A_repeated_request_is_not_taken_for_details()
    {
        var refusal = Refused(AcknowledgementBytes.UncappedWithoutDetails);
        Assert.Equal(Errno.Invalid, refusal.Errno);
        Assert.Null(refusal.KernelText);
    }

    [Fact]
    public void A_listing_that_is_refused_tells_the_words_of_the_kernel()
    {
        var kernel = new KernelScript().ExpectAny(Acknowledge(1)).ExpectAny(AcknowledgementBytes.RefusedList);
        using var channel = new RequestChannel(kernel);
        channel.Execute(Command());
        var refusal = Assert.Throws<KernelRefusedException>(() => channel.Dump(Listing(), ReadNumber));
        Assert.Equal("test-list", refusal.Operation);
        Assert.Equal(Errno.Invalid, refusal.Errno);
        Assert.Equal("invalid token", refusal.KernelText);
        Assert.Equal(20, refusal.AttributeOffset);
    }

    [Fact]
    public void After_a_refusal_the_next_request_is_answered()
    {
        var kernel = new KernelScript().ExpectAny(Refuse(1, 22, "no")).ExpectAny(Answer(2, 7), Acknowledge(2));
        using var channel = new RequestChannel(kernel);
        Assert.Throws<KernelRefusedException>(() => channel.Execute(Command()));
        Assert.Equal(7u, channel.Ask(Command(), ReadNumber));
    }

    // The captured acknowledgements are of the second request.
    private static KernelRefusedException Refused(byte[] acknowledgement, string operation = "test")
    {
        var kernel = new KernelScript().ExpectAny(AcknowledgementOfTheFirst).ExpectAny(acknowledgement);
        using var channel = new RequestChannel(kernel);
        channel.Execute(Command());
        return Assert.Throws<KernelRefusedException>(() => channel.Execute(Command(operation)));
    }

    private static byte[] AcknowledgementOfTheFirst => Acknowledge(1);
}
