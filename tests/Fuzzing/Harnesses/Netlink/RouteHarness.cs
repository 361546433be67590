using Mptcp.Fuzzing.Engine;
using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;
using Mptcp.Native.Tests.Routing.Bytes;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>What rtnetlink answers and tells of links and addresses.</summary>
internal sealed class RouteHarness() : Harness("routes")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = CapturedMessages.Answers(
        typeof(AddressBytes), typeof(AddressEventBytes), typeof(LinkBytes), typeof(LinkEventBytes), typeof(LinkListBytes));

    public override void Take(byte[] input)
    {
        Ask(input, tables => Show(tables.ListInterfaces()));
        Ask(input, tables => Show(tables.ListLinks()));
        Ask(input, tables => Show(tables.ListAddresses()));
        Ask(input, tables => tables.FindLink("lo"));
        var rest = new ReadOnlySpan<byte>(input);
        while (CapturedMessages.TryTake(ref rest, out var datagram))
        {
            var told = datagram.ToArray();
            Refusals.Allow(() => Hear(told));
        }
    }

    private static void Ask(byte[] input, Action<RouteTables> ask) => Refusals.Allow(() =>
    {
        using var tables = new RouteTables(new ReplayedKernel(input));
        ask(tables);
    });

    private static void Hear(byte[] datagram)
    {
        var messages = new MessageReader(datagram);
        while (messages.MoveNext())
        {
            if (RouteEventDecoder.Decode(messages.Type, messages.Payload) is { } told)
                Show([told]);
        }
    }

    private static void Show(IEnumerable<object> things)
    {
        foreach (var thing in things)
            BrokenPromiseException.Unless(thing.ToString()!.Length > 0, "what was read can be shown");
    }
}
