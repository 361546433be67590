using Google.Protobuf.Collections;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>An explanation of a namespace for people: a line about it, its limits, then the endpoints that are wanted beside those that are.</summary>
static class NamespaceExplanationText
{
    public static void Show(NamespaceExplanation explanation, Printer printer)
    {
        printer.ShowLine(TextTable.Visible(Heading(explanation)));
        if (explanation.Limits is { } limits)
            printer.ShowLine(TextTable.Visible(Describe(limits)));
        if (explanation.Endpoints.Count > 0)
            printer.ShowTable(Endpoints(explanation.Endpoints));
    }

    static string Heading(NamespaceExplanation explanation)
    {
        var policy = explanation.Policy.Length == 0 ? "no policy" : $"policy {explanation.Policy}";
        var remark = explanation.Remark.Length == 0 ? "" : "; " + explanation.Remark;
        return $"namespace {explanation.Namespace}: {policy}{remark}";
    }

    static string Describe(ExplainedLimits limits)
    {
        var wanted = limits.Wanted is { } shall && !shall.Equals(limits.Current) ? $", wanted {Describe(shall)}" : "";
        var before = limits.Before is { } were ? $", before {Describe(were)}" : "";
        var reason = limits.Reason.Length == 0 ? "" : $" ({limits.Reason})";
        return $"limits: {Describe(limits.Current)}{wanted}{before}{reason}";
    }

    static string Describe(Limits limits) =>
        $"{PolicyText.Count(limits.Subflows, "subflow", "subflows")} and {PolicyText.Count(limits.AddAddrAccepted, "accepted address", "accepted addresses")}";

    static TextTable Endpoints(IEnumerable<ExplainedEndpoint> endpoints)
    {
        var table = new TextTable("ADDRESS", "ID", "INTERFACE", "WANTED", "IS", "MADE-BY", "NEXT", "RETRY", "WHY");
        foreach (var endpoint in endpoints)
        {
            table.Row(
                AddressText.Format(endpoint.Address),
                endpoint.Id == 0 ? "" : NumberText.Format(endpoint.Id),
                endpoint.Interface,
                endpoint.Wanted ? Flags(endpoint.WantedFlags) : "no",
                endpoint.Id == 0 ? "missing" : Flags(endpoint.Flags),
                endpoint.Id == 0 ? "" : endpoint.MadeByPolicy ? "policy" : "other",
                endpoint.Step == EndpointStep.Unspecified ? "" : EnumText.Format(endpoint.Step),
                PolicyText.Time(endpoint.RetryTime),
                endpoint.Reason);
        }

        return table;
    }

    static string Flags(RepeatedField<EndpointFlag> flags) => flags.Count == 0 ? "no flags" : EndpointFlagText.Format(flags);
}
