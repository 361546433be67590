namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>Finds what is wrong with one role.</summary>
/// <param name="role">The role.</param>
/// <param name="path">Its place in the document.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed class RoleChecks(Role role, string path, List<PolicyProblem> problems) : ObjectChecks(path, problems)
{
    private const int MostCommandsPerSecond = 1_000_000;

    // As many as a policy may want of a connection.
    private const int MostSubflowsPerConnection = 254;

    private const int MostSubflows = 10_000_000;

    public void Run()
    {
        CheckName("name", role.Name);
        CheckMatch("scope", role.Scope);
        CheckLimit("commands_per_second", role.Limits.CommandsPerSecond, 1, MostCommandsPerSecond);
        CheckLimit("subflows_per_connection", role.Limits.SubflowsPerConnection, 0, MostSubflowsPerConnection);
        CheckLimit("subflows", role.Limits.Subflows, 0, MostSubflows);
    }

    private void CheckLimit(string key, int limit, int lowest, int highest)
    {
        if (limit < lowest || limit > highest)
            Add($"limits.{key}", $"must be {lowest} to {highest}, and is {limit}");
    }
}
