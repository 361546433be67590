using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>
/// Options and arguments whose text a function reads; what it refuses with <see cref="FormatException"/> is a usage
/// error that names the option.
/// </summary>
static class Parsed
{
    public static Option<T> Option<T>(string name, string helpName, string description, Func<string, T> parse) =>
        Option(name, helpName, description, ArgumentArity.ExactlyOne, result => Read(result, name, parse));

    public static Option<T> RequiredOption<T>(string name, string helpName, string description, Func<string, T> parse)
    {
        var option = Option(name, helpName, description, parse);
        option.Required = true;
        return option;
    }

    public static Option<T[]> OptionList<T>(string name, string helpName, string description, Func<string, T> parse) =>
        Option(name, helpName, description, ArgumentArity.OneOrMore, result => ReadAll(result, name, parse));

    public static Option<string?> Text(string name, string helpName, string description) =>
        Option<string?>(name, helpName, description, text => text);

    public static Option<bool> Flag(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.Zero,
    };

    public static Argument<T> Argument<T>(string name, string description, Func<string, T> parse) =>
        Argument(name, description, ArgumentArity.ExactlyOne, result => Read(result, name, parse));

    public static Argument<T[]> ArgumentList<T>(string name, string description, Func<string, T> parse) =>
        Argument(name, description, ArgumentArity.OneOrMore, result => ReadAll(result, name, parse));

    /// <summary>True when the option stands in the command line, right or wrong.</summary>
    public static bool IsGiven(this ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    static Option<T> Option<T>(string name, string helpName, string description, ArgumentArity arity, Func<ArgumentResult, T?> parse)
    {
        var option = new Option<T>(name) { HelpName = helpName, Description = description, Arity = arity, CustomParser = parse };
        // The library would complete enumerations by their names in C#.
        option.CompletionSources.Clear();
        return option;
    }

    static Argument<T> Argument<T>(string name, string description, ArgumentArity arity, Func<ArgumentResult, T?> parse)
    {
        var argument = new Argument<T>(name) { Description = description, Arity = arity, CustomParser = parse };
        argument.CompletionSources.Clear();
        return argument;
    }

    static T? Read<T>(ArgumentResult result, string name, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (FormatException e)
        {
            result.AddError($"{name}: {e.Message}");
            return default;
        }
    }

    static T[] ReadAll<T>(ArgumentResult result, string name, Func<string, T> parse)
    {
        var values = new List<T>();
        foreach (var token in result.Tokens)
        {
            try
            {
                values.Add(parse(token.Value));
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
            }
        }

        return [.. values];
    }
}
