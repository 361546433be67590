using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Durations of requests.</summary>
internal static class DurationParsing
{
    /// <summary>Reads a duration that must not be negative.</summary>
    /// <returns>Zero when it is absent or wrong.</returns>
    public static TimeSpan Read(Duration? duration, string field, RequestViolations violations)
    {
        if (duration is null)
            return TimeSpan.Zero;
        if (duration.Seconds < 0 || duration.Seconds > Duration.MaxSeconds || duration.Nanos is < 0 or > 999_999_999)
        {
            violations.Add(field, "must be a duration of 0 or more");
            return TimeSpan.Zero;
        }

        return duration.ToTimeSpan();
    }
}
