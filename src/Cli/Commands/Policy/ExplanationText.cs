using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>An explanation of a connection for people: a line about it, then what is wanted beside what is.</summary>
static class ExplanationText
{
    public static void Show(PathExplanation explanation, Printer printer)
    {
        printer.ShowLine(TextTable.Visible(Heading(explanation)));
        if (explanation.Paths.Count > 0)
            printer.ShowTable(Paths(explanation.Paths));
        if (explanation.Announcements.Count > 0)
            printer.ShowTable(Announcements(explanation.Announcements));
    }

    static string Heading(PathExplanation explanation)
    {
        var policy = explanation.Policy.Length == 0 ? "no policy matches" : $"policy {explanation.Policy}";
        var remark = explanation.Remark.Length == 0 ? "" : "; " + explanation.Remark;
        return $"{TokenText.Format(explanation.Token)} in {explanation.Namespace},"
            + $" {AddressText.Format(explanation.Local)} -> {AddressText.Format(explanation.Remote)}: {policy}{remark}";
    }

    static TextTable Paths(IEnumerable<ExplainedPath> paths)
    {
        var table = new TextTable("LOCAL", "REMOTE", "INTERFACE", "WANTED", "IS", "NEXT", "RETRY", "WHY");
        foreach (var path in paths)
        {
            table.Row(
                AddressText.Format(path.Local),
                AddressText.Format(path.Remote),
                path.Interface,
                Wanted(path),
                EnumText.Format(path.Standing),
                Next(path.Step),
                PolicyText.Time(path.RetryTime),
                Why(path));
        }

        return table;
    }

    static TextTable Announcements(IEnumerable<ExplainedAnnouncement> announcements)
    {
        var table = new TextTable("ANNOUNCEMENT", "ID", "WANTED", "NEXT", "RETRY", "WHY");
        foreach (var announcement in announcements)
        {
            table.Row(
                AddressText.Format(announcement.Address),
                announcement.Id == 0 ? "" : NumberText.Format(announcement.Id),
                announcement.Wanted ? "yes" : "no",
                Next(announcement.Step),
                PolicyText.Time(announcement.RetryTime),
                announcement.Reason);
        }

        return table;
    }

    static string Wanted(ExplainedPath path) => path switch
    {
        { Wanted: false } => "no",
        { HasBackup: true, Backup: true } => "backup",
        _ => "yes",
    };

    static string Next(PathStep step) => step == PathStep.Unspecified ? "" : EnumText.Format(step);

    static string Why(ExplainedPath path) => path.Failures == 0
        ? path.Reason
        : $"{path.Reason} ({PolicyText.Count(path.Failures, "failure", "failures")} in a row)".TrimStart();
}
