using System.CommandLine;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli;

/// <summary>The options that every command takes.</summary>
sealed class GlobalOptions
{
    public const string AddressVariable = "MPTCPCTL_ADDRESS";

    static readonly IReadOnlyList<string> Formats = [.. Enum.GetValues<OutputFormat>().Select(EnumText.Format)];

    public GlobalOptions(Terminal terminal)
    {
        Terminal = terminal;
        Address = Parsed.Option<ControlPlaneAddress?>(
            "--address",
            "ADDRESS",
            $"Where the daemon listens: unix:/PATH, https://HOST:PORT or http://127.0.0.1:PORT [env: {AddressVariable};"
                + $" default: {ControlPlaneAddress.Default}]",
            ControlPlaneAddress.Parse);
        Namespace = Parsed.Text("--namespace", "NAME", "The network namespace, by the name the daemon serves it under");
        Output = Parsed.Option<OutputFormat?>("--output", "table|json", "For people or for programs [default: table]", ParseFormat);
        Output.Aliases.Add("-o");
        Output.CompletionSources.Add(_ => Formats);
        Timeout = Parsed.Option<TimeSpan?>(
            "--timeout",
            "DURATION",
            "How long an answer may take; 'subflow create --wait' may take its own time on top [default: 10s]",
            text => DurationText.ParsePositive(text));
    }

    public Terminal Terminal { get; }

    SecurityOptions Security { get; } = new();

    Option<ControlPlaneAddress?> Address { get; }

    Option<string?> Namespace { get; }

    Option<OutputFormat?> Output { get; }

    Option<TimeSpan?> Timeout { get; }

    public void AddTo(RootCommand root)
    {
        foreach (var option in (Option[])[Address, Namespace, Output, Timeout, .. Security.All])
        {
            option.Recursive = true;
            root.Add(option);
        }
    }

    public TimeSpan TimeoutOf(ParseResult arguments) => arguments.GetValue(Timeout) ?? TimeSpan.FromSeconds(10);

    public Printer PrinterOf(ParseResult arguments) => new(Terminal, arguments.GetValue(Output) ?? OutputFormat.Table);

    /// <summary>True when the output is for people; false also where what was given is no format at all.</summary>
    public bool IsTable(ParseResult arguments) => !arguments.IsGiven(Output)
        || (!arguments.GetResult(Output)!.Errors.Any() && arguments.GetValue(Output) == OutputFormat.Table);

    /// <summary>The address that was given, else the one of the environment, else the default.</summary>
    /// <exception cref="CommandException">The address of the environment is not one.</exception>
    public ControlPlaneAddress AddressOf(ParseResult arguments)
    {
        if (arguments.GetValue(Address) is { } given)
            return given;
        if (Terminal.Environment(AddressVariable) is not { Length: > 0 } text)
            return ControlPlaneAddress.Parse(ControlPlaneAddress.Default);
        return ControlPlaneAddress.TryParse(text, out var address, out var error)
            ? address
            : throw new CommandException(ExitCode.BadUsage, $"{AddressVariable}: {error}");
    }

    /// <summary>Makes the client that a command calls with.</summary>
    /// <exception cref="CommandException">What was given of certificates and tokens does not go together, or with the address.</exception>
    public ControlPlaneClient ClientOf(ParseResult arguments, WatchReconnection? reconnection)
    {
        var address = AddressOf(arguments);
        return new ControlPlaneClient(address, new()
        {
            Namespace = arguments.GetValue(Namespace) ?? "",
            Timeout = TimeoutOf(arguments),
            Reconnection = reconnection,
            Tls = Security.TlsOf(arguments, Terminal, address),
            TokenFile = Security.TokenFileOf(arguments, Terminal, address),
        });
    }

    static OutputFormat? ParseFormat(string text) => EnumText.Parse<OutputFormat>(text, Formats);
}
