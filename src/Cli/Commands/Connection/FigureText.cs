using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The kernel's figures for people. What is 0 or not told is empty.</summary>
static class FigureText
{
    public static string Of(ulong number) => number == 0 ? "" : NumberText.Format(number);

    /// <summary>A time in milliseconds.</summary>
    public static string Of(Duration? time) => time is null or { Seconds: 0, Nanos: 0 } ? "" : Milliseconds(time) + "ms";

    /// <summary>A time that has passed since something.</summary>
    public static string Ago(Duration? time) => time is null ? "" : Milliseconds(time) + "ms ago";

    /// <summary>A rate of so many bytes a second.</summary>
    public static string Rate(double bytesPerSecond) => bytesPerSecond == 0 ? "" : RateText.Format(bytesPerSecond);

    static string Milliseconds(Duration time) => time.ToTimeSpan().TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);
}
