namespace Mptcp.Native.Diagnostics.Information;

/// <summary>What BBR knows (<c>struct tcp_bbr_info</c>).</summary>
/// <param name="Bandwidth">The estimated bandwidth in bytes a second.</param>
/// <param name="MinimumRoundTripTime">The lowest round trip time of late; null when none was measured.</param>
/// <param name="PacingGain">The factor between bandwidth and pacing rate.</param>
/// <param name="CongestionWindowGain">The factor between bandwidth–delay product and congestion window.</param>
public sealed record BbrInfo(ulong Bandwidth, TimeSpan? MinimumRoundTripTime, double PacingGain, double CongestionWindowGain);
