using Mptcp.ControlPlane.Server.Policies.Model.Validation;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Finds what is wrong with a document that can be told without knowing a host.</summary>
internal static class PolicyValidator
{
    /// <summary>How many policies a document may have.</summary>
    public const int MostPolicies = 1000;

    /// <summary>Checks a document.</summary>
    /// <returns>Everything that is wrong, policy by policy. Paths spell keys as documents do.</returns>
    public static IReadOnlyList<PolicyProblem> Check(PolicyDocument document)
    {
        if (document.Policies.Length > MostPolicies)
            return [new PolicyProblem("policies", $"must be at most {MostPolicies}, and are {document.Policies.Length}")];

        var problems = new List<PolicyProblem>();
        for (var place = 0; place < document.Policies.Length; place++)
        {
            new PolicyChecks(document.Policies[place], $"policies[{place}]", problems).Run();
            PolicyOrder.Check(document.Policies, place, problems);
        }

        return problems;
    }
}
