using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>A subflow's figures at one moment.</summary>
internal sealed record SubflowSample(DateTimeOffset Time)
{
    /// <summary>Bytes sent, those sent again included.</summary>
    public ulong BytesSent { get; init; }

    public ulong BytesRetransmitted { get; init; }

    public ulong BytesAcknowledged { get; init; }

    public ulong BytesReceived { get; init; }

    public uint SegmentsSent { get; init; }

    public uint SegmentsReceived { get; init; }

    public TimeSpan RoundTripTime { get; init; }

    /// <summary>Null when none was measured.</summary>
    public TimeSpan? MinimumRoundTripTime { get; init; }

    /// <summary>In segments.</summary>
    public uint CongestionWindow { get; init; }

    public static SubflowSample From(TcpInfo info, DateTimeOffset time) => new(time)
    {
        BytesSent = info.BytesSent ?? 0,
        BytesRetransmitted = info.BytesRetransmitted ?? 0,
        BytesAcknowledged = info.BytesAcknowledged ?? 0,
        BytesReceived = info.BytesReceived ?? 0,
        SegmentsSent = info.SegmentsSent ?? 0,
        SegmentsReceived = info.SegmentsReceived ?? 0,
        RoundTripTime = info.RoundTripTime,
        MinimumRoundTripTime = info.MinimumRoundTripTime,
        CongestionWindow = info.CongestionWindow,
    };
}
