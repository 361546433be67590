using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>policy endpoints</c></summary>
sealed class PolicyEndpointsCommand(GlobalOptions globals) : ControlCommand(
    globals, "endpoints", "Say what the policy of the mode kernel wants of a namespace's endpoints and limits, what is, and why they differ")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Policies.ExplainNamespaceAsync(new ExplainNamespaceRequest(), cancellationToken: cancellationToken);
        if (invocation.Printer.IsJson)
        {
            invocation.Printer.ShowJson(response);
            return;
        }

        invocation.Printer.ShowLine($"revision {PolicyText.Number(response.Revision)}, {PolicyText.Enforcement(response.Enforcement)}");
        NamespaceExplanationText.Show(response.Explanation, invocation.Printer);
    }
}
