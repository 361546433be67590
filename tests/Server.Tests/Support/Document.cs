namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>Tables of the documents that tests compare with the code.</summary>
internal static class Document
{
    /// <summary>The rows of a table, each cell without its backquotes.</summary>
    /// <param name="name">The document.</param>
    /// <param name="firstHeading">The heading of the table's first column.</param>
    public static IReadOnlyList<string[]> Rows(string name, string firstHeading)
        => Rows(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "docs", name)), firstHeading);

    /// <summary>The rows of the first table of a chapter.</summary>
    /// <param name="name">The document.</param>
    /// <param name="chapter">The chapter's heading.</param>
    /// <param name="firstHeading">The heading of the table's first column.</param>
    public static IReadOnlyList<string[]> Rows(string name, string chapter, string firstHeading)
        => Rows(
            File.ReadLines(Path.Combine(AppContext.BaseDirectory, "docs", name)).SkipWhile(line => line.TrimStart('#') != $" {chapter}"),
            firstHeading);

    private static IReadOnlyList<string[]> Rows(IEnumerable<string> lines, string firstHeading)
        => [.. lines
            .SkipWhile(line => !line.StartsWith($"| {firstHeading} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim().Replace("`", "", StringComparison.Ordinal)).ToArray())];
}
