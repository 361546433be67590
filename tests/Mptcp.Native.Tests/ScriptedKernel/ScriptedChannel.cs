using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Tests.ScriptedKernel;

/// <summary>Requests of no particular protocol, for tests of how any request is answered.</summary>
internal static class ScriptedChannel
{
    public const ushort Family = 28;

    public static RequestWriter Command(string operation = "test") => new(Family, NetlinkHeaders.NLM_F_ACK, operation);

    public static RequestWriter Listing(string operation = "test-list") => new(Family, NetlinkHeaders.NLM_F_DUMP, operation);

    /// <summary>An answer that holds one number, or a part of a listing when it says so.</summary>
    public static byte[] Answer(uint sequence, uint number, ushort flags = 0)
        => KernelMessages.Message(Family, flags, sequence, KernelMessages.Number(number));

    public static uint ReadNumber(ReadOnlySpan<byte> payload) => payload.Length == 4
        ? BitConverter.ToUInt32(payload)
        : throw new NetlinkFormatException($"expected 4 bytes, got {payload.Length}");
}
