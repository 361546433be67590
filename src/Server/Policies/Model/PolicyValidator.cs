using Mptcp.ControlPlane.Server.Policies.Model.Validation;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Finds what is wrong with a document that can be told without knowing a host.</summary>
internal static class PolicyValidator
{
    /// <summary>How many policies a document may have.</summary>
    public const int MostPolicies = 1000;

    /// <summary>How many roles a document, or the configuration, may have.</summary>
    public const int MostRoles = 100;

    /// <summary>Checks a document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="configured">The roles of the configuration, whose names the document's may not have.</param>
    /// <returns>Everything that is wrong, policy by policy and role by role. Paths spell keys as documents do.</returns>
    public static IReadOnlyList<PolicyProblem> Check(PolicyDocument document, params IReadOnlyList<Role> configured)
    {
        var problems = new List<PolicyProblem>();
        if (document.Policies.Length > MostPolicies)
            problems.Add(new PolicyProblem("policies", $"must be at most {MostPolicies}, and are {document.Policies.Length}"));
        if (document.Roles.Length > MostRoles)
            problems.Add(new PolicyProblem("roles", $"must be at most {MostRoles}, and are {document.Roles.Length}"));
        if (problems.Count > 0)
            return problems;

        for (var place = 0; place < document.Policies.Length; place++)
        {
            new PolicyChecks(document.Policies[place], $"policies[{place}]", problems).Run();
            PolicyOrder.Check(document.Policies, place, problems);
        }

        for (var place = 0; place < document.Roles.Length; place++)
        {
            new RoleChecks(document.Roles[place], $"roles[{place}]", problems).Run();
            RoleNames.Check(document.Roles, place, configured, problems);
        }

        return problems;
    }
}
