using System.Globalization;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>Whole numbers in a range, in decimal.</summary>
static class NumberText
{
    public static uint Parse(string text, uint least, uint most) => (uint)Parse(text, (ulong)least, most);

    public static ulong Parse(string text, ulong least, ulong most) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number from {least} to {most}"));

    public static string Format(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
