namespace Mptcp.ControlPlane.Server.State;

/// <summary>What subflows that are over have carried, by the last sample of each.</summary>
internal sealed record ClosedSubflows(uint Count, ulong BytesSent, ulong BytesRetransmitted, ulong BytesReceived)
{
    public static ClosedSubflows None { get; } = new(0, 0, 0, 0);

    /// <summary>Adds one; without a sample it counts and no more.</summary>
    public ClosedSubflows With(SubflowSample? last) => new(
        Count + 1,
        BytesSent + (last?.BytesSent ?? 0),
        BytesRetransmitted + (last?.BytesRetransmitted ?? 0),
        BytesReceived + (last?.BytesReceived ?? 0));
}
