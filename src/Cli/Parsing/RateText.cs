using System.Globalization;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>Rates for people, in bit/s with a unit prefix and three digits that count.</summary>
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
}
