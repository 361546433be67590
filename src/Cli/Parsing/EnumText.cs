using System.Globalization;
using System.Text;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>Values of the contract's enumerations as words: SUBFLOW_STATE_CONNECTING is <c>connecting</c>.</summary>
static class EnumText
{
    /// <summary>Every value but the unspecified one, in words, in the contract's order.</summary>
    public static IReadOnlyList<string> Names<T>()
        where T : struct, Enum =>
        [.. Enum.GetValues<T>().Where(value => !value.Equals(default(T))).Select(Format)];

    /// <summary>Reads a word, or the full name that the contract gives the value.</summary>
    public static T Parse<T>(string text, IReadOnlyList<string> allowed)
        where T : struct, Enum
    {
        var prefix = Dashed(typeof(T).Name) + "-";
        var word = text.Replace('_', '-').ToLowerInvariant();
        if (word.StartsWith(prefix, StringComparison.Ordinal))
            word = word[prefix.Length..];
        foreach (var value in Enum.GetValues<T>())
        {
            if (Format(value) == word && allowed.Contains(word))
                return value;
        }

        throw new FormatException($"'{text}' is not one of {string.Join(", ", allowed)}");
    }

    /// <summary>Shows a value; one that a newer daemon knows and this program does not is shown as its number.</summary>
    public static string Format<T>(T value)
        where T : struct, Enum =>
        Dashed(value.ToString());

    static string Dashed(string name)
    {
        var text = new StringBuilder();
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
                text.Append('-');
            text.Append(char.ToLower(letter, CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
