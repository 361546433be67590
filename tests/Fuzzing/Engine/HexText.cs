namespace Mptcp.Fuzzing.Engine;

/// <summary>Bytes as a text that can be read, compared and commented: hexadecimal, with comments behind '#'.</summary>
internal static class HexText
{
    private const int BytesALine = 32;

    /// <exception cref="FormatException">It is no such text.</exception>
    public static byte[] Parse(string text)
    {
        var digits = text.Split('\n').Select(line => line.Split('#')[0]).SelectMany(line => line.Where(letter => !char.IsWhiteSpace(letter)));
        return Convert.FromHexString(string.Concat(digits));
    }

    /// <param name="bytes">The bytes.</param>
    /// <param name="comment">What is to be known of them, in one or more lines.</param>
    public static string Format(byte[] bytes, string comment)
        => string.Concat([
            .. comment.Split('\n').Select(line => $"# {line.TrimEnd()}\n"),
            .. bytes.Chunk(BytesALine).Select(line => $"{Convert.ToHexStringLower(line)}\n"),
        ]);
}
