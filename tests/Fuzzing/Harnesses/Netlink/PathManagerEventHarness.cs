using Mptcp.Fuzzing.Engine;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.PathManagement.Bytes;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>Events of the group mptcp_pm_events.</summary>
internal sealed class PathManagerEventHarness() : Harness("path-manager-events")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = CapturedMessages.Of(
        typeof(ConnectionEvents), typeof(EstablishedEvents), typeof(AddressEvents), typeof(SubflowEvents), typeof(SubflowClosedEvents),
        typeof(ListenerEvents));

    public override void Take(byte[] input)
    {
        foreach (var told in Decode(input))
            BrokenPromiseException.Unless(told.ToString().Length > 0, "an event can be shown");
    }

    /// <summary>The events of a datagram, up to what has no sense.</summary>
    public static List<PathManagerEvent> Decode(ReadOnlySpan<byte> datagram)
    {
        var events = new List<PathManagerEvent>();
        var addresses = new AddressCache();
        try
        {
            var messages = new MessageReader(datagram);
            while (messages.MoveNext())
                events.Add(EventDecoder.Decode(messages.Payload, addresses));
        }
        catch (NetlinkFormatException exception)
        {
            BrokenPromiseException.Unless(exception.Message.Length > 0, "a refusal has words");
        }

        return events;
    }
}
