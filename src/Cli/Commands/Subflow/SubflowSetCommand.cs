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
    readonly SubflowTuningOptions _tuning;
    readonly Option<bool> _override = OverrideOption.Create();

    public SubflowSetCommand(GlobalOptions globals)
        : base(globals, "set", "Change how a subflow is used, and how it sends")
    {
        _connection = new ConnectionArguments(this);
        _path = new SubflowPathOptions(this);
        Add(_backup);
        Add(_noBackup);
        _tuning = new SubflowTuningOptions(this);
        Add(_override);
    }

    public override IEnumerable<string> Check(ParseResult arguments)
    {
        if (arguments.IsGiven(_backup) && arguments.IsGiven(_noBackup))
            yield return "--backup and --no-backup exclude each other";
        if (!arguments.IsGiven(_backup) && !arguments.IsGiven(_noBackup) && !_tuning.AreGiven(arguments))
            yield return "nothing to set: give --backup or --no-backup, --cwnd-clamp, --congestion or --pacing-rate";
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        if (arguments.IsGiven(_backup) || arguments.IsGiven(_noBackup))
            await SetBackupAsync(invocation, cancellationToken);
        if (_tuning.AreGiven(arguments))
            await TuneAsync(invocation, cancellationToken);
    }

    async Task SetBackupAsync(Invocation invocation, CancellationToken cancellationToken)
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

    async Task TuneAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new TuneSubflowRequest
        {
            Token = _connection.TokenOf(invocation.Arguments),
            ConnectionId = _connection.IdOf(invocation.Arguments),
            Local = _path.LocalOf(invocation.Arguments),
            Remote = _path.RemoteOf(invocation.Arguments),
            OverrideHolder = invocation.Arguments.GetValue(_override),
        };
        _tuning.Fill(request, invocation.Arguments);
        var response = await invocation.Client.Connections.TuneSubflowAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => SubflowTuningOptions.Describe(request, response));
    }
}
