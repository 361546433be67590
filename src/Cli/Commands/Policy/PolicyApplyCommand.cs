using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Errors;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>policy apply -f FILE</c></summary>
sealed class PolicyApplyCommand : ControlCommand
{
    readonly Terminal _terminal;
    readonly Option<string> _file = Parsed.RequiredOption("--file", "FILE", "The policies, in YAML; '-' reads the standard input", text => text);
    readonly Option<bool> _dryRun = Parsed.Flag("--dry-run", "Check them and show what they would do, and change nothing");
    readonly Option<string?> _etag = PolicyOptions.Etag();
    readonly Option<bool> _monitor = Parsed.Flag("--monitor", "Have it told what they would do, and nothing done");
    readonly Option<TimeSpan?> _confirmWithin = Parsed.Option<TimeSpan?>(
        "--confirm-within",
        "DURATION",
        "Roll back to what held before unless 'policy confirm' comes within this time",
        text => DurationText.ParsePositive(text));
    readonly Option<string?> _comment = PolicyOptions.Comment();

    public PolicyApplyCommand(GlobalOptions globals)
        : base(globals, "apply", "Make policies hold instead of those that do")
    {
        _terminal = globals.Terminal;
        _file.Aliases.Add("-f");
        Add(_file);
        Add(_dryRun);
        Add(_etag);
        Add(_monitor);
        Add(_confirmWithin);
        Add(_comment);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var arguments = invocation.Arguments;
        var file = arguments.GetRequiredValue(_file);
        var request = new ApplyPoliciesRequest
        {
            Yaml = await PolicyFile.ReadAsync(file, _terminal, cancellationToken),
            Enforcement = arguments.GetValue(_monitor) ? PolicyEnforcement.Monitor : PolicyEnforcement.Enforce,
            Etag = arguments.GetValue(_etag) ?? "",
            ValidateOnly = arguments.GetValue(_dryRun),
            ConfirmWithin = arguments.GetValue(_confirmWithin) is { } time ? Duration.FromTimeSpan(time) : null,
            Comment = arguments.GetValue(_comment) ?? "",
        };
        try
        {
            var response = await invocation.Client.Policies.ApplyPoliciesAsync(request, cancellationToken: cancellationToken);
            if (request.ValidateOnly)
                PreviewText.Show(response, invocation.Printer);
            else
                invocation.Printer.Show(response, () => PolicyText.Applied("applied", response.Revision, response.Storage));
        }
        catch (RpcException e) when (DocumentProblems.Of(e, file) is { } problems)
        {
            throw problems;
        }
    }
}
