using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>session list</c></summary>
sealed class SessionListCommand : ControlCommand
{
    readonly Option<string?> _role = Parsed.Text("--role", "NAME", "Only this role [default: all]");

    public SessionListCommand(GlobalOptions globals)
        : base(globals, "list", "List the controllers that are connected, and the roles that they may play") =>
        Add(_role);

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var request = new ListSessionsRequest { Role = invocation.Arguments.GetValue(_role) ?? "" };
        var response = await invocation.Client.ListSessionsAsync(request, cancellationToken);
        if (invocation.Printer.IsJson)
            invocation.Printer.ShowJson(response);
        else if (response.Roles.Count == 0)
            invocation.Printer.ShowLine(Nothing(request.Role));
        else
            Show(response.Roles, invocation.Printer);
    }

    static string Nothing(string role) => role.Length == 0
        ? "there are no roles: neither the configuration nor the policies have one"
        : "there is no role " + role;

    static void Show(IReadOnlyList<RoleSessions> roles, Printer printer)
    {
        if (roles.Any(role => role.Sessions.Count > 0))
            printer.ShowTable(SessionTable.Of(roles));
        else
            printer.ShowLine("no session is open");
        printer.ShowLine("");
        printer.ShowTable(RoleTable.Of(roles));
    }
}
