using System.Text;

namespace Mptcp.ControlPlane.Cli;

/// <summary>What surrounds one run of the program.</summary>
/// <param name="output">Where results go, as UTF-8.</param>
/// <param name="error">Where the one line about what went wrong goes, and remarks beside results for programs.</param>
sealed class Terminal(Stream output, TextWriter error)
{
    /// <summary>Where results go, as UTF-8. Flush <see cref="Out"/> before writing to it.</summary>
    public Stream Output => output;

    /// <summary>Where results go that are text, to the same place. It is flushed when there is something to see, not at every write.</summary>
    public TextWriter Out { get; } = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 * 1024);

    /// <summary>Where the one line about what went wrong goes, and remarks beside results for programs.</summary>
    public TextWriter Error => error;

    /// <summary>Opens what the program is given to read, which nothing else reads.</summary>
    public Func<Stream> Input { get; init; } = () => Stream.Null;

    /// <summary>True when <see cref="Out"/> is a terminal that understands escape sequences.</summary>
    public bool IsAnsi { get; init; }

    /// <summary>Reads an environment variable; null where there is none.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;
}
