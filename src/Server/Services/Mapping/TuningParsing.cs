using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.Native.Congestion;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Reads how a subflow shall send.</summary>
internal static class TuningParsing
{
    // The kernel's number for no limit is no rate.
    private const uint HighestRate = SubflowSettings.NoPacing - 1;

    /// <param name="congestionControl">The name of a congestion control; empty leaves it.</param>
    /// <param name="clamp">The most segments of the congestion window; 0 leaves it.</param>
    /// <param name="rate">The most bytes a second; 0 leaves it, and the highest number lifts the limit.</param>
    /// <param name="prefix">What stands before the fields' names.</param>
    /// <param name="violations">Receives what is wrong.</param>
    /// <returns>Null where something is.</returns>
    public static SubflowSettings? Read(string congestionControl, uint clamp, ulong rate, string prefix, RequestViolations violations)
    {
        var isNamed = congestionControl.Length == 0 || SubflowSettings.IsName(congestionControl);
        if (!isNamed)
            violations.Add($"{prefix}congestion_control", $"must be a name of at most {SubflowSettings.LongestName} visible ASCII characters");
        if (clamp > SubflowSettings.NoClamp)
            violations.Add($"{prefix}congestion_window_clamp", $"must be at most {SubflowSettings.NoClamp}, and is {clamp}");
        var isRate = rate is <= HighestRate or ulong.MaxValue;
        if (!isRate)
            violations.Add($"{prefix}pacing_rate", $"must be at most {HighestRate} bytes a second, or {ulong.MaxValue} for no limit, and is {rate}");
        if (congestionControl.Length == 0 && clamp == 0 && rate == 0)
            violations.Add($"{prefix}congestion_control", "must be given, or congestion_window_clamp or pacing_rate: there is nothing to set");
        else if (isNamed && clamp <= SubflowSettings.NoClamp && isRate)
        {
            return new SubflowSettings
            {
                CongestionControl = congestionControl.Length == 0 ? null : congestionControl,
                CongestionWindowClamp = clamp == 0 ? null : clamp,
                PacingRate = rate switch { 0 => null, ulong.MaxValue => SubflowSettings.NoPacing, var some => (uint)some },
            };
        }

        return null;
    }
}
