using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>policy history</c></summary>
sealed class PolicyHistoryCommand(GlobalOptions globals)
    : ControlCommand(globals, "history", "List the revisions of the policies that are kept, the newest first")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var all = new ListPolicyRevisionsResponse();
        var request = new ListPolicyRevisionsRequest();
        do
        {
            var page = await invocation.Client.Policies.ListPolicyRevisionsAsync(request, cancellationToken: cancellationToken);
            all.Revisions.Add(page.Revisions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        invocation.Printer.Show(all, () => TableOf(all.Revisions));
    }

    static TextTable TableOf(IEnumerable<PolicyRevision> revisions)
    {
        var table = new TextTable("REVISION", "STATE", "MODE", "POLICIES", "APPLIED", "BY", "COMMENT");
        foreach (var revision in revisions)
        {
            table.Row(
                PolicyText.Number(revision.Number),
                PolicyText.State(revision),
                PolicyText.Enforcement(revision.Enforcement),
                NumberText.Format(revision.Policies),
                PolicyText.Time(revision.ApplyTime),
                PolicyText.Author(revision.Author),
                revision.RolledBackTo == 0 ? revision.Comment : $"as revision {PolicyText.Number(revision.RolledBackTo)}; {revision.Comment}".TrimEnd(' ', ';'));
        }

        return table;
    }
}
