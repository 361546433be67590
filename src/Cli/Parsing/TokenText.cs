using System.Globalization;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>A connection's token: read in decimal or 0x-hexadecimal, shown in the latter.</summary>
static class TokenText
{
    public static uint Parse(string text)
    {
        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = isHexadecimal ? text.AsSpan(2) : text;
        var style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        // The contract keeps 0 for "no connection".
        return uint.TryParse(digits, style, CultureInfo.InvariantCulture, out var token) && token != 0
            ? token
            : throw new FormatException($"'{text}' is not a token: expected 1 to 4294967295, or 0x1 to 0xffffffff");
    }

    public static string Format(uint token) => string.Create(CultureInfo.InvariantCulture, $"0x{token:x8}");
}
