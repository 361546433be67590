using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mptcp.ControlPlane.Cli.Errors;

/// <summary>What parsing found wrong with a command line.</summary>
static class UsageErrors
{
    public static IReadOnlyList<string> Of(ParseResult arguments)
    {
        var command = arguments.CommandResult.Command;
        if (command.Subcommands.Count == 0)
            return [.. arguments.Errors.Select(Text)];

        // The library says both that a command is missing and what stands in its place; one says it all.
        var expected = string.Join(", ", command.Subcommands.Select(subcommand => subcommand.Name));
        var missing = arguments.UnmatchedTokens is [var unknown, ..]
            ? $"'{unknown}' is none of the commands {expected}"
            : $"a command is missing: {expected}";
        return [missing, .. arguments.Errors.Where(error => error.SymbolResult is OptionResult or ArgumentResult).Select(Text)];
    }

    /// <summary>The command as it was called, without what it was given.</summary>
    public static string CommandName(ParseResult arguments)
    {
        var names = new List<string>();
        for (SymbolResult? result = arguments.CommandResult; result is CommandResult { Command: var command }; result = result.Parent)
            names.Insert(0, command is RootCommand ? "mptcpctl" : command.Name);
        return string.Join(' ', names);
    }

    // The library writes sentences; here they are parts of one, and may begin with a name in capitals.
    static string Text(ParseError error)
    {
        var text = error.Message.TrimEnd('.');
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
