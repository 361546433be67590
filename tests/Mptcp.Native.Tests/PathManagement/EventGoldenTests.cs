using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.ScriptedKernel;

namespace Mptcp.Native.Tests.PathManagement;

public class EventGoldenTests
{
    public static TheoryData<string> Names => [.. EventCatalog.Events.Keys];

    public static TheoryData<string> MappedNames => [.. EventCatalog.MappedEvents.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_captured_event_says_what_happened(string name)
    {
        var (bytes, expected) = EventCatalog.Events[name];
        Assert.Equal(expected, Decode(bytes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_an_event_says_turns_back_into_its_bytes(string name)
    {
        var (bytes, @event) = EventCatalog.Events[name];
        Assert.Equal(bytes, EventEncoder.Encode(@event));
    }

    [Theory]
    [MemberData(nameof(MappedNames))]
    public void Mapped_addresses_of_an_event_are_IPv4(string name)
    {
        var (bytes, expected) = EventCatalog.MappedEvents[name];
        Assert.Equal(expected, Decode(bytes));
    }

    [Fact]
    public void Every_type_of_event_is_in_the_catalogue()
    {
        var known = Enum.GetValues<PathManagerEventType>().Where(type => type != PathManagerEventType.None);
        Assert.Equal(known, EventCatalog.Events.Values.Select(entry => entry.Event.Type).Distinct().Order());
    }

    internal static PathManagerEvent Decode(byte[] datagram)
    {
        var messages = new MessageReader(datagram);
        Assert.True(messages.MoveNext());
        var @event = EventDecoder.Decode(messages.Payload, new AddressCache());
        Assert.False(messages.MoveNext());
        return @event;
    }
}
