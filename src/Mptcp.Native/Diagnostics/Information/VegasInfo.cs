namespace Mptcp.Native.Diagnostics.Information;

/// <summary>What Vegas measures (<c>struct tcpvegas_info</c>). Westwood, Illinois and others report in this form too.</summary>
/// <param name="Enabled">Whether the algorithm is at work.</param>
/// <param name="SampleCount">How many round trips were measured in the present one.</param>
/// <param name="RoundTripTime">The round trip time.</param>
/// <param name="MinimumRoundTripTime">The lowest round trip time.</param>
public sealed record VegasInfo(bool Enabled, uint SampleCount, TimeSpan RoundTripTime, TimeSpan MinimumRoundTripTime);
