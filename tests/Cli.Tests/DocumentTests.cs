using System.Text.RegularExpressions;

namespace Mptcp.ControlPlane.Cli.Tests;

/// <summary>What the documents have people type is understood.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string, string> Commands { get; } = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "docs"))
        .SelectMany(document => CommandIn().Matches(File.ReadAllText(document)).Select(match => (Path.GetFileName(document), match.Groups[1].Value)))];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_of_the_documents_is_one(string document, string command)
    {
        var words = command.Replace("TOKEN", "0x1a2b3c4d", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var errors = CommandLine.Parse(words, new Terminal(Stream.Null, TextWriter.Null)).Errors;

        Assert.True(errors.Count == 0, $"{document}: mptcpctl {command}: {string.Join("; ", errors)}");
    }

    // At the start of a line of a script, up to its comment, or between backquotes.
    [GeneratedRegex("(?:^dist/|`(?:dist/)?)mptcpctl ([^`#\n]+)", RegexOptions.Multiline)]
    private static partial Regex CommandIn();
}
