using System.CommandLine;
using System.CommandLine.Completions;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// How a command line may go on: <c>mptcpctl [complete] WORD... LAST</c>, where LAST is what has been typed of the word
/// under the cursor, answers with one candidate a line, a tab and a description behind those that have one.
/// </summary>
/// <remarks>
/// The library's own directive takes the line as one string and fails on <c>--option=</c>; a shell has parted the
/// words already.
/// </remarks>
static class Completions
{
    public const string Directive = "[complete]";

    public static void Write(Command root, IReadOnlyList<string> words, TextWriter output)
    {
        foreach (var (text, description) in Candidates(root, words))
            output.WriteLine(description is null ? text : $"{text}\t{description}");
    }

    static IEnumerable<(string Text, string? Description)> Candidates(Command root, IReadOnlyList<string> words)
    {
        var last = words.Count == 0 ? "" : words[^1];
        var path = new List<Command> { root };
        Option? pending = null;
        foreach (var word in words.SkipLast(1))
        {
            // bash makes `=` a word of its own.
            if (word == "=")
                continue;
            if (pending is not null)
                pending = null;
            else if (OptionNamed(path, word) is { } option)
                pending = option.Arity.MaximumNumberOfValues > 0 ? option : null;
            else if (path[^1].Subcommands.FirstOrDefault(subcommand => subcommand.Name == word) is { } command)
                path.Add(command);
        }

        if (pending is not null)
            return Matching(ValuesOf(pending, last == "=" ? "" : last), last == "=" ? "" : last);
        if (last.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && OptionNamed(path, last[..equals]) is { } assigned)
            return Matching(
                ValuesOf(assigned, last[(equals + 1)..]).Select(value => (last[..(equals + 1)] + value.Text, value.Description)),
                last);
        return Matching(last.StartsWith('-') ? OptionsOf(path) : WordsOf(path[^1]), last);
    }

    static IEnumerable<(string Text, string? Description)> Matching(
        IEnumerable<(string Text, string? Description)> candidates,
        string begun) =>
        candidates.Where(candidate => candidate.Text.StartsWith(begun, StringComparison.Ordinal));

    static Option? OptionNamed(List<Command> path, string name) =>
        OptionsIn(path).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    // The options of the command itself, and those of the commands above it that are meant for all below.
    static IEnumerable<Option> OptionsIn(List<Command> path) =>
        path[^1].Options.Concat(path.SkipLast(1).SelectMany(command => command.Options).Where(option => option.Recursive));

    static IEnumerable<(string Text, string? Description)> OptionsOf(List<Command> path) =>
        OptionsIn(path).Where(option => !option.Hidden).Select(option => (option.Name, option.Description));

    static IEnumerable<(string Text, string? Description)> WordsOf(Command command) =>
        command.Subcommands.Select(subcommand => (subcommand.Name, subcommand.Description))
            .Concat(command.Arguments.SelectMany(argument => Values(argument.CompletionSources)));

    // An option whose one word holds several values is a list with commas: what may go on is its last entry.
    static IEnumerable<(string Text, string? Description)> ValuesOf(Option option, string begun)
    {
        var names = Values(option.CompletionSources);
        if (!option.ValueType.IsArray || option.Arity.MaximumNumberOfValues > 1)
            return names;
        var entries = begun.Split(',')[..^1];
        var list = string.Concat(entries.Select(entry => entry + ","));
        return names.Where(name => !entries.Contains(name.Text)).Select(name => (list + name.Text, name.Description));
    }

    static IEnumerable<(string Text, string? Description)> Values(
        IEnumerable<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) =>
        sources.SelectMany(source => source(CompletionContext.Empty)).Select(item => (item.Label, item.Documentation));
}
