using System.Net;
using CsCheck;
using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;
using Mptcp.Native.Tests.Netlink;
using Mptcp.Native.Tests.Routing.Bytes;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Routing;

public class RouteEventTests
{
    private const int HeaderLength = 16;
    private const ushort NewLink = 16;
    private const ushort RemovedLink = 17;
    private const ushort NewAddress = 20;
    private const ushort RemovedAddress = 21;

    private static readonly byte[][] Captured =
    [
        LinkEventBytes.NoCarrier, LinkEventBytes.PortRemoved, LinkEventBytes.Removed, AddressEventBytes.Tentative,
        AddressEventBytes.DeprecatedIPv4, AddressEventBytes.Removed,
    ];

    [Fact]
    public void A_link_that_changed_is_told_as_it_is() => Assert.Equal(
        new LinkChanged(new NetworkLink(2, "v0")
        {
            HardwareType = 1,
            Kind = "veth",
            HardwareAddress = "02:00:00:00:00:01",
            Mtu = 1500,
            Flags = LinkFlags.Up | LinkFlags.Broadcast | LinkFlags.Multicast,
            State = OperationalState.Down,
            HasCarrier = false,
            LowerIndex = 2,
        }),
        Decode(LinkEventBytes.NoCarrier));

    [Fact]
    public void A_link_that_is_gone_is_told_as_gone() => Assert.Equal(new LinkRemoved(2, "v0"), Decode(LinkEventBytes.Removed));

    [Fact]
    public void A_link_that_leaves_a_bridge_is_not_gone() => Assert.Null(Decode(LinkEventBytes.PortRemoved));

    [Fact]
    public void What_wireless_extensions_tell_is_no_change_of_a_link() => Assert.Null(RouteEventDecoder.Decode(
        NewLink, Join(new byte[4], Number(2), new byte[8], Attribute(3, "w0\0"u8.ToArray()), Attribute(11, new byte[24]))));

    public static TheoryData<string, AddressFlags> Checks { get; } = new()
    {
        { nameof(AddressEventBytes.Tentative), AddressFlags.Permanent | AddressFlags.Tentative },
        { nameof(AddressEventBytes.Checked), AddressFlags.Permanent },
        { nameof(AddressEventBytes.Duplicate), AddressFlags.Permanent | AddressFlags.Tentative | AddressFlags.DuplicateDetected },
        { nameof(AddressEventBytes.Deprecated), AddressFlags.Deprecated },
        { nameof(AddressEventBytes.DeprecatedIPv4), AddressFlags.Permanent | AddressFlags.Deprecated },
    };

    [Theory]
    [MemberData(nameof(Checks))]
    public void An_address_that_changed_is_told_with_its_flags(string name, AddressFlags flags)
    {
        var bytes = (byte[])typeof(AddressEventBytes).GetProperty(name)!.GetValue(null)!;
        Assert.Equal(flags, Assert.IsType<AddressChanged>(Decode(bytes)).Address.Flags);
    }

    [Fact]
    public void An_address_that_is_deprecated_tells_what_is_left_of_its_lifetimes() => Assert.Equal(
        new AddressChanged(new InterfaceAddress(2, IPAddress.Parse("2001:db8::1"), 64)
        {
            Flags = AddressFlags.Deprecated,
            PreferredLifetime = TimeSpan.Zero,
            ValidLifetime = TimeSpan.FromSeconds(100),
        }),
        Decode(AddressEventBytes.Deprecated));

    [Fact]
    public void An_address_that_is_gone_is_told_as_it_was() => Assert.Equal(
        new AddressRemoved(new InterfaceAddress(2, IPAddress.Parse("198.18.0.9"), 32)
        {
            Flags = AddressFlags.Permanent,
            Label = "v0",
            Peer = IPAddress.Parse("198.18.0.10"),
        }),
        Decode(AddressEventBytes.Removed));

    [Fact]
    public void Other_messages_tell_nothing() => Assert.Null(RouteEventDecoder.Decode(24, new byte[12]));

    [Fact]
    public void Whatever_bytes_come_they_are_read_or_have_no_sense()
    {
        foreach (var type in new[] { NewLink, RemovedLink, NewAddress, RemovedAddress })
        {
            RandomBytes.Like([.. Captured.Select(bytes => bytes[HeaderLength..])]).Sample(
                bytes =>
                {
                    try
                    {
                        RouteEventDecoder.Decode(type, bytes);
                    }
                    catch (NetlinkFormatException exception)
                    {
                        Assert.NotEmpty(exception.Message);
                    }
                },
                iter: 10_000);
        }
    }

    private static RouteEvent? Decode(byte[] datagram)
    {
        var messages = new MessageReader(datagram);
        Assert.True(messages.MoveNext());
        var told = RouteEventDecoder.Decode(messages.Type, messages.Payload);
        Assert.False(messages.MoveNext());
        return told;
    }
}
