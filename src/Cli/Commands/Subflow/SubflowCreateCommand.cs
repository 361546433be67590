using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>subflow create TOKEN</c></summary>
sealed class SubflowCreateCommand : ControlCommand
{
    readonly ConnectionArguments _connection;
    readonly Option<SocketAddress> _local = Parsed.RequiredOption(
        "--local",
        "ADDR[:PORT]",
        "The local address; without a port the kernel chooses one",
        AddressText.Parse);
    readonly Option<uint> _localId = Parsed.Option(
        "--local-id",
        "N",
        "The id of the local address, 1 to 255 [default: the daemon chooses]",
        text => NumberText.Parse(text, 1u, 255));
    readonly Option<string?> _interface = Parsed.Text("--interface", "IF", "The interface to bind the subflow to");
    readonly Option<SocketAddress> _remote = Parsed.RequiredOption(
        "--remote",
        "ADDR:PORT",
        "The remote address and port",
        AddressText.ParseWithPort);
    readonly Option<bool> _backup = Parsed.Flag("--backup", "Use it only while no other subflow can carry data");
    readonly Option<TimeSpan> _wait = Parsed.Option(
        "--wait",
        "DURATION",
        "Wait for the handshake to end, up to 5m [default: do not wait]",
        DurationText.Parse);
    readonly Option<bool> _override = OverrideOption.Create();

    public SubflowCreateCommand(GlobalOptions globals)
        : base(globals, "create", "Start a subflow")
    {
        _connection = new ConnectionArguments(this);
        Add(_local);
        Add(_localId);
        Add(_interface);
        Add(_remote);
        Add(_backup);
        Add(_wait);
        Add(_override);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var wait = arguments.GetValue(_wait);
        var request = new CreateSubflowRequest
        {
            Token = _connection.TokenOf(arguments),
            ConnectionId = _connection.IdOf(arguments),
            Local = arguments.GetRequiredValue(_local),
            LocalId = arguments.GetValue(_localId),
            Interface = arguments.GetValue(_interface) ?? "",
            Remote = arguments.GetRequiredValue(_remote),
            Backup = arguments.GetValue(_backup),
            Wait = wait > TimeSpan.Zero ? Duration.FromTimeSpan(wait) : null,
            OverrideHolder = arguments.GetValue(_override),
        };
        var response = await invocation.Client.Connections.CreateSubflowAsync(request, cancellationToken: cancellationToken);

        var problem = SubflowOutcome.ProblemOf(response, wait);
        if (problem is null || invocation.Printer.IsJson)
            invocation.Printer.Show(response, () => SubflowOutcome.Describe(response.Subflow));
        if (problem is not null)
            throw new CommandException(ExitCode.Refused, problem);
    }
}
