using System.CommandLine;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>policy rollback REVISION</c></summary>
sealed class PolicyRollbackCommand : ControlCommand
{
    readonly Argument<long> _revision = PolicyOptions.Revision("The revision whose policies shall hold again");
    readonly Option<string?> _etag = PolicyOptions.Etag();
    readonly Option<string?> _comment = PolicyOptions.Comment();

    public PolicyRollbackCommand(GlobalOptions globals)
        : base(globals, "rollback", "Have the policies of an earlier revision hold again, as a new revision")
    {
        Add(_revision);
        Add(_etag);
        Add(_comment);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new RollBackPoliciesRequest
        {
            Revision = invocation.Arguments.GetRequiredValue(_revision),
            Etag = invocation.Arguments.GetValue(_etag) ?? "",
            Comment = invocation.Arguments.GetValue(_comment) ?? "",
        };
        var response = await invocation.Client.Policies.RollBackPoliciesAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => PolicyText.Applied("made", response.Revision, response.Storage));
    }
}
