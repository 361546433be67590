using CsCheck;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Routing;
using Mptcp.Native.Tests.Diagnostics.Bytes;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.PathManagement;
using Mptcp.Native.Tests.PathManagement.Bytes;
using Mptcp.Native.Tests.Routing.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Netlink;

/// <summary>Whatever bytes come, decoders return or say that they have no sense; nothing else is thrown.</summary>
public class DecoderProperties
{
    private const int HeaderLength = 16;

    [Fact]
    public void Events() => Check(
        [.. EventCatalog.Events.Values.Select(entry => entry.Bytes[HeaderLength..])], bytes => EventDecoder.Decode(bytes, new AddressCache()));

    [Fact]
    public void Endpoints() => Check(
        [EndpointReplies.Get[HeaderLength..], EndpointReplies.GetIPv6[HeaderLength..]], bytes => EndpointCodec.ReadEndpoint(bytes));

    [Fact]
    public void Limits() => Check([EndpointReplies.Limits[HeaderLength..]], bytes => EndpointCodec.ReadLimits(bytes));

    [Fact]
    public void Datagrams() => Check([EndpointReplies.List, PolicyBytes.Commands], bytes =>
    {
        var messages = new MessageReader(bytes);
        while (messages.MoveNext())
            Assert.True(messages.Payload.Length <= bytes.Length);
    });

    [Fact]
    public void Acknowledgements()
    {
        var captured = RandomBytes.Like(
            AcknowledgementBytes.CappedWithTextAndOffset[HeaderLength..],
            AcknowledgementBytes.UncappedWithTextAndOffset[HeaderLength..],
            AcknowledgementBytes.PolicyViolation[HeaderLength..],
            AcknowledgementBytes.RefusedList[HeaderLength..]);
        Gen.Select(captured, Gen.OneOf<ushort>(2, 3), Gen.OneOf<ushort>(0, Capped, HasDetails, Capped | HasDetails)).Sample(
            (bytes, type, flags) => IsDecodedOrRefused(() => Acknowledgement.Read(bytes, type, flags)),
            iter: 20_000);
    }

    [Fact]
    public void Sockets() => Check([SocketBytes.Found[HeaderLength..], SocketBytes.FoundIPv6[HeaderLength..]], bytes =>
    {
        using var diagnostics = new SocketDiagnostics(new KernelScript().ExpectAny(Message(20, 0, 1, bytes)));
        diagnostics.FindConnection(1);
    });

    [Fact]
    public void Links() => Check([LinkBytes.Found[HeaderLength..]], bytes =>
    {
        using var tables = new RouteTables(new KernelScript().ExpectAny(Message(16, 0, 1, bytes), LinkBytes.End));
        tables.FindLink("lo");
    });

    [Fact]
    public void Link_lists() => Check([LinkListBytes.Port[HeaderLength..], LinkListBytes.Bridge[HeaderLength..]], bytes =>
    {
        using var tables = new RouteTables(new KernelScript().ExpectAny(Message(16, Multi, 1, bytes), EndList(1)));
        tables.ListLinks();
    });

    [Fact]
    public void Address_lists() => Check([AddressBytes.Labelled[HeaderLength..], AddressBytes.PeerIPv6[HeaderLength..]], bytes =>
    {
        using var tables = new RouteTables(new KernelScript().ExpectAny(Message(20, Multi, 1, bytes), EndList(1)));
        tables.ListAddresses();
    });

    [Fact]
    public void Families() => Check([FamilyBytes.Family[HeaderLength..]], bytes =>
    {
        using var channel = new RequestChannel(new KernelScript().ExpectAny(Message(16, 0, 1, bytes), FamilyBytes.End));
        GenericNetlinkController.Find(channel, "mptcp_pm");
    });

    [Fact]
    public void Policies() => Check([PolicyBytes.Commands[HeaderLength..44], PolicyBytes.Attributes[HeaderLength..64]], bytes =>
    {
        using var channel = new RequestChannel(new KernelScript().ExpectAny(Message(16, Multi, 1, bytes), EndList(1)));
        GenericNetlinkController.ReadPolicies(channel, 28);
    });

    private static void Check(byte[][] captured, Action<byte[]> decode)
        => RandomBytes.Like(captured).Sample(bytes => IsDecodedOrRefused(() => decode(bytes)), iter: 20_000);

    private static void IsDecodedOrRefused(Action decode)
    {
        try
        {
            decode();
        }
        catch (NetlinkFormatException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }
}
