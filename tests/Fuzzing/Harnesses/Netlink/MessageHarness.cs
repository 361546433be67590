using Mptcp.Fuzzing.Engine;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.Netlink.Bytes;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>What netlink messages have in common: headers, attributes, acknowledgements, the ends of lists; and the families' descriptions.</summary>
internal sealed class MessageHarness() : Harness("netlink-messages")
{
    private const ushort AnyFamily = 28;
    private const int Deepest = 6;

    public override IReadOnlyList<byte[]> Seeds { get; }
        = CapturedMessages.Answers(typeof(AcknowledgementBytes), typeof(FamilyBytes), typeof(PolicyBytes));

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("mptcp_pm\0", "mptcp_pm_events\0", "mptcp_pm_cmds\0");

    public override void Take(byte[] input)
    {
        Ask(input, channel => channel.Execute(new RequestWriter(AnyFamily, NetlinkHeaders.NLM_F_ACK, "test")));
        Ask(input, channel => channel.Dump(new RequestWriter(AnyFamily, NetlinkHeaders.NLM_F_DUMP, "test"), ReadAll));
        Ask(input, channel => GenericNetlinkController.Find(channel, "mptcp_pm"));
        Ask(input, channel => GenericNetlinkController.ReadPolicies(channel, AnyFamily));
    }

    private static void Ask(byte[] input, Action<RequestChannel> ask) => Refusals.Allow(() =>
    {
        using var channel = new RequestChannel(new ReplayedKernel(input));
        ask(channel);
    });

    private static int ReadAll(ReadOnlySpan<byte> payload) => ReadAll(new AttributeReader(payload, "test"), Deepest);

    private static int ReadAll(AttributeReader attributes, int depth)
    {
        var read = 0;
        while (depth > 0 && attributes.MoveNext())
        {
            read += attributes.Value.Length switch
            {
                1 => attributes.ReadByte(),
                2 => attributes.ReadUInt16() + attributes.ReadUInt16BigEndian(),
                4 => attributes.ReadInt32() + (int)attributes.ReadUInt32() + attributes.ReadIPv4Address().GetHashCode(),
                8 => (int)attributes.ReadUInt64() + attributes.ReadString().Length,
                16 => attributes.ReadIPv6Address().GetHashCode(),
                _ => attributes.ReadString().Length + ReadAll(attributes.ReadNested(), depth - 1),
            };
        }

        return read;
    }
}
