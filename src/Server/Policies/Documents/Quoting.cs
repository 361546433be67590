namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Shows in a message what stands in a document.</summary>
internal static class Quoting
{
    private const int Longest = 80;

    /// <summary>The text in quotes, without what would break a line, and no longer than a line.</summary>
    public static string Quote(string text) => $"\"{Plain(text)}\"";

    public static string Plain(string text)
    {
        var plain = string.Create(Math.Min(text.Length, Longest), text, (span, whole) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(whole[i]) || char.IsSurrogate(whole[i]) ? '?' : whole[i];
        });
        return text.Length > Longest ? $"{plain}…" : plain;
    }
}
