using System.CommandLine;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>A command that calls the daemon.</summary>
abstract class ControlCommand : Command
{
    readonly GlobalOptions _globals;

    protected ControlCommand(GlobalOptions globals, string name, string description)
        : base(name, description)
    {
        _globals = globals;
        SetAction(InvokeAsync);
    }

    /// <summary>
    /// Says how options that are right by themselves do not go together. It also runs when others are wrong, so that
    /// all is told at once, and so may ask which options were given but not for their values.
    /// </summary>
    public virtual IEnumerable<string> Check(ParseResult arguments) => [];

    /// <summary>Says how a watch goes on when its stream breaks; null where that is its end.</summary>
    protected virtual WatchReconnection? ReconnectionOf(ParseResult arguments, Printer printer) => null;

    /// <summary>Does what was asked for; what it throws is told as the error of the run.</summary>
    protected abstract Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken);

    async Task<int> InvokeAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var printer = _globals.PrinterOf(arguments);
        await using var client = _globals.ClientOf(arguments, ReconnectionOf(arguments, printer));
        try
        {
            await ExecuteAsync(new Invocation(arguments, client, printer), cancellationToken);
        }
        finally
        {
            // What there was of a result comes before the word that there is no more.
            await printer.FlushAsync(CancellationToken.None);
        }

        return (int)ExitCode.Done;
    }
}
