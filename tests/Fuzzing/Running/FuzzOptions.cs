using System.Globalization;

namespace Mptcp.Fuzzing.Running;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzOptions
{
    public const string Usage = """
        Usage: make fuzz [FUZZ="OPTION..."]
          --seconds N     how long each harness runs [default: 30]
          --only NAME     the harness to run; repeatable [default: all]
          --seed N        where chance begins [default: another each time, which is printed]
          --corpus DIR    inputs to begin with, in DIR/NAME/*.hex; those that reach new code are added
          --replay FILE   runs one input, and shows what becomes of it; repeatable
        """;

    /// <summary>How long each harness runs.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The harnesses to run; none for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Where chance begins.</summary>
    public int Seed { get; init; } = Random.Shared.Next();

    /// <summary>A directory of inputs; null for none.</summary>
    public string? Corpus { get; init; }

    /// <summary>The inputs to run once.</summary>
    public IReadOnlyList<string> Replay { get; init; } = [];

    /// <summary>Whether this process is one that <see cref="Conductor"/> started, for one harness.</summary>
    public bool Child { get; init; }

    /// <summary>Whether only the usage is asked for.</summary>
    public bool Help { get; init; }

    /// <exception cref="FormatException">The command line is wrong.</exception>
    public static FuzzOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new FuzzOptions();
        for (var place = 0; place < arguments.Count; place++)
        {
            options = arguments[place] switch
            {
                "--seconds" => options with { Time = TimeSpan.FromSeconds(Number(arguments, ++place)) },
                "--only" => options with { Only = [.. options.Only, Text(arguments, ++place)] },
                "--seed" => options with { Seed = Number(arguments, ++place) },
                "--corpus" => options with { Corpus = Path.GetFullPath(Text(arguments, ++place)) },
                "--replay" => options with { Replay = [.. options.Replay, Text(arguments, ++place)] },
                "--child" => options with { Child = true },
                "--help" => options with { Help = true },
                var unknown => throw new FormatException($"'{unknown}' is no option\n{Usage}"),
            };
        }

        return options;
    }

    private static string Text(IReadOnlyList<string> arguments, int place)
        => place < arguments.Count ? arguments[place] : throw new FormatException($"{arguments[place - 1]} needs a value");

    private static int Number(IReadOnlyList<string> arguments, int place)
        => int.TryParse(Text(arguments, place), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{arguments[place - 1]} needs a whole number, and has '{arguments[place]}'");
}
