using System.CommandLine;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>policy confirm [REVISION]</c></summary>
sealed class PolicyConfirmCommand : ControlCommand
{
    readonly Argument<long> _revision = PolicyOptions.Revision("Refuse unless this revision holds [default: whichever does]");
    readonly Option<string?> _etag = PolicyOptions.Etag();

    public PolicyConfirmCommand(GlobalOptions globals)
        : base(globals, "confirm", "Have policies that were applied with --confirm-within go on to hold")
    {
        _revision.Arity = ArgumentArity.ZeroOrOne;
        Add(_revision);
        Add(_etag);
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new ConfirmPoliciesRequest
        {
            Revision = invocation.Arguments.GetValue(_revision),
            Etag = invocation.Arguments.GetValue(_etag) ?? "",
        };
        var response = await invocation.Client.Policies.ConfirmPoliciesAsync(request, cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => PolicyText.Applied("confirmed", response.Revision, storage: null));
    }
}
