using System.CommandLine;
using Grpc.Core;
using Mptcp.ControlPlane.Cli.Commands;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli.Errors;

/// <summary>Tells what went wrong in one run: one line on standard error, and the exit code that goes with it.</summary>
sealed class ErrorReport(Terminal terminal, GlobalOptions globals, ParseResult arguments)
{
    const string DebugVariable = "MPTCPCTL_DEBUG";

    /// <summary>Tells everything that is wrong with the command line; null when nothing is.</summary>
    public ExitCode? WriteUsage()
    {
        // Help and the version are shown whatever else stands there.
        if (arguments.Action is { ClearsParseErrors: true })
            return null;
        var problems = UsageErrors.Of(arguments);
        if (arguments.CommandResult.Command is ControlCommand command)
            problems = [.. problems, .. command.Check(arguments)];
        if (problems.Count == 0)
            return null;
        WriteLine(terminal, $"{string.Join("; ", problems)}; see '{UsageErrors.CommandName(arguments)} --help'");
        return ExitCode.BadUsage;
    }

    /// <summary>Tells why a run ended without its outcome.</summary>
    public ExitCode Write(Exception exception)
    {
        if (exception is DocumentProblems problems)
        {
            foreach (var line in problems.Lines)
                terminal.Error.WriteLine(TextTable.Visible(line));
            return ExitCode.Refused;
        }

        var (exitCode, text) = exception switch
        {
            CommandException command => (command.ExitCode, command.Message),
            RpcException rpc => new ErrorLine(globals.AddressOf(arguments), globals.TimeoutOf(arguments)).Of(ControlPlaneError.From(rpc)),
            OperationCanceledException => (ExitCode.Interrupted, "interrupted"),
            _ => (ExitCode.Refused, $"unexpected: {exception.Message} ({exception.GetType().Name}; {DebugVariable}=1 shows where)"),
        };
        WriteLine(terminal, text);
        if (terminal.Environment(DebugVariable) == "1")
            terminal.Error.WriteLine(exception);
        return exitCode;
    }

    /// <summary>Tells something in one line; the words of the kernel, of the daemon and of .NET may have line ends of their own.</summary>
    public static void WriteLine(Terminal terminal, string text)
    {
        var lines = text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        terminal.Error.WriteLine("mptcpctl: " + string.Join(' ', lines));
    }
}
