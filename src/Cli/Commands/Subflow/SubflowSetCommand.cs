using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>subflow set TOKEN</c></summary>
sealed class SubflowSetCommand : ControlCommand
{
    readonly ConnectionArguments _connection;
    readonly SubflowPathOptions _path;
    readonly Option<bool> _backup = Parsed.Flag("--backup", "Use it only while no other subflow can carry data");
    readonly Option<bool> _noBackup = Parsed.Flag("--no-backup", "Use it as any other");
    readonly Option<bool> _override = OverrideOption.Create();

    public SubflowSetCommand(GlobalOptions globals)
        : base(globals, "set", "Change how a subflow is used")
    {
        _connection = new ConnectionArguments(this);
        _path = new SubflowPathOptions(this);
        Add(_backup);
        Add(_noBackup);
        Add(_override);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        if (arguments.IsGiven(_backup) && arguments.IsGiven(_noBackup))
            yield return "--backup and --no-backup exclude each other";
        if (!arguments.IsGiven(_backup) && !arguments.IsGiven(_noBackup))
            yield return "nothing to set: give --backup or --no-backup";
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new UpdateSubflowRequest
        {
            Token = _connection.TokenOf(invocation.Arguments),
            ConnectionId = _connection.IdOf(invocation.Arguments),
            Subflow = new Subflow
            {
                Local = _path.LocalOf(invocation.Arguments),
                Remote = _path.RemoteOf(invocation.Arguments),
                Backup = invocation.Arguments.GetValue(_backup),
            },
            UpdateMask = new FieldMask { Paths = { "backup" } },
            OverrideHolder = invocation.Arguments.GetValue(_override),
        };
        var response = await invocation.Client.Connections.UpdateSubflowAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(
            response,
            () => $"{SubflowText.Path(response.Subflow)} is {(response.Subflow.Backup ? "a backup" : "no backup")}");
    }
}
