using System.CommandLine;
using System.CommandLine.Help;
using Mptcp.ControlPlane.Cli.Commands;
using Mptcp.ControlPlane.Cli.Errors;

namespace Mptcp.ControlPlane.Cli;

/// <summary>The program: a command line in, an exit code out.</summary>
static class CommandLine
{
    const string Description = """
        Look at the Multipath TCP connections of a host and decide their paths, through mptcp-controld.

        Exit codes: 0 done, 1 refused by the daemon, 2 bad usage, 3 the daemon cannot be reached.
        """;

    // An argument that begins with '@' is one, not the name of a file with more of them.
    static readonly ParserConfiguration AsTheyAre = new() { ResponseFileTokenReplacer = null };

    // EPIPE, as .NET hands it over.
    const int BrokenPipe = 32;

    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            var exitCode = await DispatchAsync(args, terminal, cancellationToken);
            await terminal.Out.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            // The reader has seen enough, as in `mptcpctl watch | head`.
            return ExitCode.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ErrorReport.WriteLine(terminal, "the result could not be written: " + e.Message);
            return ExitCode.Refused;
        }
    }

    /// <summary>Reads a command line, and does nothing of what it says.</summary>
    public static ParseResult Parse(IReadOnlyList<string> args, Terminal terminal) =>
        CreateRoot(new GlobalOptions(terminal)).Parse(args, AsTheyAre);

    static async Task<ExitCode> DispatchAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken cancellationToken)
    {
        var globals = new GlobalOptions(terminal);
        var root = CreateRoot(globals);
        if (args is [Completions.Directive, ..])
        {
            Completions.Write(root, [.. args.Skip(1)], terminal.Out);
            return ExitCode.Done;
        }

        var arguments = root.Parse(args, AsTheyAre);
        var errors = new ErrorReport(terminal, globals, arguments);
        try
        {
            return errors.WriteUsage() ?? (ExitCode)await arguments.InvokeAsync(ConfigurationOf(terminal), cancellationToken);
        }
        catch (Exception e) when (e is not (IOException or UnauthorizedAccessException))
        {
            // What there was of a result comes before the word that there is no more.
            await terminal.Out.FlushAsync(CancellationToken.None);
            return errors.Write(e);
        }
    }

    static RootCommand CreateRoot(GlobalOptions globals)
    {
        var root = new RootCommand(Description);
        // What the library brings along: `-?` and `/h`, and directives of its own.
        root.Options.Clear();
        root.Directives.Clear();
        root.Add(new HelpOption("--help", "-h"));
        root.Add(new VersionOption("--version"));
        globals.AddTo(root);
        foreach (var command in Nouns.Create(globals))
            root.Add(command);
        return root;
    }

    static InvocationConfiguration ConfigurationOf(Terminal terminal) => new()
    {
        Output = terminal.Out,
        Error = terminal.Error,
        EnableDefaultExceptionHandler = false,
    };
}
