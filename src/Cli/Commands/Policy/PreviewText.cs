using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>What policies would do, for people.</summary>
static class PreviewText
{
    public static void Show(ApplyPoliciesResponse response, Printer printer)
    {
        if (printer.IsJson)
        {
            printer.ShowJson(response);
            return;
        }

        var preview = response.Preview;
        var decided = PolicyText.Count(preview.Connections, "connection", "connections");
        printer.ShowLine(
            $"{PolicyText.Count(response.Revision.Policies, "policy", "policies")} would be {PolicyText.Enforcement(response.Revision.Enforcement)}"
            + $" and decide about {decided}; nothing was changed");
        if (preview.Effects.Count > 0)
            printer.ShowTable(Effects(preview.Effects));
        foreach (var explanation in preview.Explanations)
        {
            printer.ShowLine("");
            ExplanationText.Show(explanation, printer);
        }

        if (preview.LeftOut > 0)
            printer.ShowLine($"and {PolicyText.Count(preview.LeftOut, "more connection", "more connections")}");
        foreach (var explanation in preview.Namespaces)
        {
            printer.ShowLine("");
            NamespaceExplanationText.Show(explanation, printer);
        }
    }

    static TextTable Effects(IEnumerable<PolicyEffect> effects)
    {
        var table = new TextTable(
            "POLICY", "CONNECTIONS", "CHANGED", "CREATE", "DESTROY", "MAKE-BACKUP", "MAKE-REGULAR", "ANNOUNCE", "WITHDRAW");
        foreach (var effect in effects)
        {
            table.Row(
                effect.Policy,
                NumberText.Format(effect.Connections),
                NumberText.Format(effect.ChangedConnections),
                NumberText.Format(effect.Creates),
                NumberText.Format(effect.Destroys),
                NumberText.Format(effect.MadeBackup),
                NumberText.Format(effect.MadeRegular),
                NumberText.Format(effect.Announces),
                NumberText.Format(effect.Withdraws));
        }

        return table;
    }
}
