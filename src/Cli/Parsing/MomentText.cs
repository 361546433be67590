using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>A moment: so long ago, or a time as RFC 3339 has it.</summary>
static class MomentText
{
    /// <exception cref="FormatException">It is neither.</exception>
    public static Timestamp Parse(string text) => Parse(text, TimeProvider.System.GetUtcNow());

    public static Timestamp Parse(string text, DateTimeOffset now)
    {
        // Times have a date.
        if (!text.Contains('-', StringComparison.Ordinal))
            return Timestamp.FromDateTimeOffset(now - DurationText.Parse(text));
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? Timestamp.FromDateTimeOffset(moment)
            : throw new FormatException($"'{text}' is neither a duration nor a time: expected for instance 15m, 2h30m or 2026-01-31T12:00:00Z");
    }
}
