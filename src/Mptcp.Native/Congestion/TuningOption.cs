namespace Mptcp.Native.Congestion;

/// <summary>Something that is set of how a subflow sends, in the order in which they are set.</summary>
public enum TuningOption
{
    /// <summary>The congestion control (TCP_CONGESTION).</summary>
    CongestionControl = 1,

    /// <summary>The most segments of the congestion window (TCP_BPF_SNDCWND_CLAMP).</summary>
    CongestionWindowClamp = 2,

    /// <summary>The most bytes a second (SO_MAX_PACING_RATE).</summary>
    PacingRate = 4,
}
