using System.Globalization;

namespace Mptcp.ControlPlane.Benchmarks;

/// <summary>What was measured, as lines of a table.</summary>
internal static class Figures
{
    /// <summary>The middle one.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return ordered.Length % 2 == 1
            ? ordered[ordered.Length / 2]
            : (ordered[(ordered.Length / 2) - 1] + ordered[ordered.Length / 2]) / 2;
    }

    /// <summary>A line of several runs, judged by their median.</summary>
    /// <param name="what">What was measured.</param>
    /// <param name="values">What it was in each run.</param>
    /// <param name="unit">Of what the values are.</param>
    /// <param name="target">What the median is to be; nothing when null.</param>
    /// <param name="format">How to write a value.</param>
    public static string Line(string what, IReadOnlyCollection<double> values, string unit, Target? target = null, string format = "0.0")
    {
        var median = values.Median();
        var line = $"  {what,-44} median {Text(median, format),8} {unit,-3} least {Text(values.Min(), format),8}  most {Text(values.Max(), format),8}";
        return target is { } limit ? line + Verdict(median, limit, unit, format) : line;
    }

    /// <summary>A line of one value.</summary>
    /// <inheritdoc cref="Line(string, IReadOnlyCollection{double}, string, Target?, string)"/>
    public static string Line(string what, double value, string unit, Target? target = null, string format = "0.0")
    {
        var line = $"  {what,-44}        {Text(value, format),8} {unit,-3}";
        return target is { } limit ? line.PadRight(94) + Verdict(value, limit, unit, format) : line.TrimEnd();
    }

    private static string Verdict(double value, Target target, string unit, string format)
        => $"  target {(target.IsLeast ? '≥' : '≤')} {Text(target.Limit, format)} {unit}: {(target.IsMet(value) ? "met" : "MISSED")}"
            .Replace(" :", ":", StringComparison.Ordinal);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
