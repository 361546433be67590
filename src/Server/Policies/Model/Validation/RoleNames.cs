using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>What is wrong with the name of a role because of others.</summary>
internal static class RoleNames
{
    public static void Check(ImmutableArray<Role> roles, int place, IReadOnlyList<Role> configured, List<PolicyProblem> problems)
    {
        var name = roles[place].Name;
        if (name.Length == 0)
            return;

        for (var earlier = 0; earlier < place; earlier++)
        {
            if (roles[earlier].Name != name)
                continue;
            problems.Add(new($"roles[{place}].name", $"must be a name of its own, and is that of roles[{earlier}] too")
            {
                Because = [$"roles[{earlier}].name"],
            });
            return;
        }

        if (configured.Any(role => role.Name == name))
            problems.Add(new($"roles[{place}].name", $"must be a name of its own, and \"{name}\" is a role of the daemon's configuration"));
    }
}
