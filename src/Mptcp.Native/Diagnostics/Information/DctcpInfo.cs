namespace Mptcp.Native.Diagnostics.Information;

/// <summary>What DCTCP knows (<c>struct tcp_dctcp_info</c>).</summary>
/// <param name="Enabled">Whether the algorithm is at work: false where ECN was not agreed on.</param>
/// <param name="CongestionState">1 while packets arrive marked, 0 otherwise.</param>
/// <param name="Alpha">The estimated share of marked bytes, in 1/1024.</param>
/// <param name="MarkedBytes">Marked bytes of the present window.</param>
/// <param name="TotalBytes">All bytes of the present window.</param>
public sealed record DctcpInfo(bool Enabled, ushort CongestionState, uint Alpha, uint MarkedBytes, uint TotalBytes);
