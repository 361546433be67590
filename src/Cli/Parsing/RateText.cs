using System.Globalization;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>Rates for people: shown in bit/s with a unit prefix and three digits that count, and read in bits or bytes.</summary>
static class RateText
{
    static readonly string[] Units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s", "Ebit/s"];

    /// <summary>Shows a rate.</summary>
    /// <param name="bytesPerSecond">The rate in bytes a second.</param>
    public static string Format(double bytesPerSecond)
    {
        var number = bytesPerSecond * 8;
        var unit = 0;
        // 999.5 would be shown as 1000.
        for (; number >= 999.5 && unit < Units.Length - 1; unit++)
            number /= 1000;
        var digits = unit == 0 ? "0" : number switch
        {
            < 9.995 => "0.00",
            < 99.95 => "0.0",
            _ => "0",
        };
        return number.ToString(digits, CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>Reads a rate.</summary>
    /// <param name="text">A number, a prefix k, M, G or T for a power of 1000, and <c>bit</c> or <c>B</c>: 10mbit, 1.25MB/s.</param>
    /// <returns>The rate in whole bytes a second.</returns>
    /// <exception cref="FormatException">It is none, or less than a byte a second.</exception>
    public static ulong Parse(string text)
    {
        var rate = text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text;
        // b alone could be either.
        var (number, unit) = rate.EndsWith("bit", StringComparison.OrdinalIgnoreCase) ? (rate[..^3], 0.125m)
            : rate.EndsWith('B') ? (rate[..^1], 1m)
            : throw Unreadable(text);
        var power = number.Length > 0 ? "kmgt".IndexOf(char.ToLowerInvariant(number[^1]), StringComparison.Ordinal) + 1 : 0;
        if (power > 0)
            number = number[..^1];
        for (; power > 0; power--)
            unit *= 1000;
        if (!decimal.TryParse(number.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units) || units > ulong.MaxValue / unit)
            throw Unreadable(text);
        return (ulong)(units * unit) is var bytes and not 0 ? bytes : throw new FormatException($"'{text}' is less than a byte a second");
    }

    static FormatException Unreadable(string text) => new($"'{text}' is not a rate: expected for instance 10mbit or 1.25MB/s");
}
