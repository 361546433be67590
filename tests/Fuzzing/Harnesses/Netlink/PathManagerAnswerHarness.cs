using Mptcp.Fuzzing.Engine;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.PathManagement.Bytes;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>What the family mptcp_pm answers: endpoints, limits, addresses of connections.</summary>
internal sealed class PathManagerAnswerHarness() : Harness("path-manager-answers")
{
    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. CapturedMessages.Of(typeof(EndpointReplies), typeof(ConnectionReplies))
            .Select(answer => CapturedMessages.Input(FamilyBytes.Family, FamilyBytes.End, answer, AcknowledgementBytes.EndOfAList, answer)),
    ];

    public override void Take(byte[] input)
    {
        Refusals.Allow(() =>
        {
            using var manager = new PathManager(new ReplayedKernel(input));
            Refusals.Allow(() => CheckAll(manager.ListEndpoints()));
            Refusals.Allow(() => manager.GetLimits());
            Refusals.Allow(() => CheckAll(manager.FindLocalAddresses(1) ?? []));
        });
        var rest = new ReadOnlySpan<byte>(input);
        while (CapturedMessages.TryTake(ref rest, out var datagram))
        {
            var payload = datagram.ToArray();
            Refusals.Allow(() => EndpointCodec.ReadLimits(payload));
            Refusals.Allow(() => CheckAll([EndpointCodec.ReadEndpoint(payload)]));
        }
    }

    // What was read can be written, and reads as the same.
    private static void CheckAll(IReadOnlyList<Endpoint> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var request = GenericNetlinkController.Request(1, 1, 1, 0, "test");
            EndpointCodec.Write(request, MptcpHeaders.MPTCP_PM_ATTR_ADDR, endpoint);
            var again = EndpointCodec.ReadEndpoint(request.Finish(1)[NetlinkHeaders.NLMSG_HDRLEN..]);
            BrokenPromiseException.Unless(again == endpoint, $"{endpoint} is written and read as {again}");
        }
    }
}
