using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The sessions of controllers.</summary>
static class SessionTable
{
    public static TextTable Of(IEnumerable<RoleSessions> roles)
    {
        var table = new TextTable(
            "ROLE", "SESSION", "PRIMARY", "ELECTION-ID", "NAME", "CALLER", "OPEN-SINCE", "MADE/MISSED/LATE", "WAITING", "RESPONSIVE");
        foreach (var session in roles.SelectMany(role => role.Sessions))
        {
            table.Row(
            [
                session.Role,
                NumberText.Format(session.Id),
                session.Primary ? "yes" : "",
                NumberText.Format(session.ElectionId),
                session.Name,
                PolicyText.Author(session.Caller),
                PolicyText.Time(session.OpenTime),
                .. Figures(session.Figures),
            ]);
        }

        return table;
    }

    // What it did with the decisions that it was asked for.
    static IEnumerable<string> Figures(SessionFigures? figures) => figures is null
        ? ["", "", ""]
        :
        [
            string.Create(CultureInfo.InvariantCulture, $"{figures.DecisionsMade}/{figures.DecisionsMissed}/{figures.DecisionsLate}"),
            NumberText.Format(figures.DecisionsWaiting),
            figures.Responsive ? "yes" : "no",
        ];
}
