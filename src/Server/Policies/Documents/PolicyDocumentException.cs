namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>A policy document is not valid.</summary>
/// <param name="violations">Everything that is wrong with it, in its order.</param>
internal sealed class PolicyDocumentException(IReadOnlyList<PolicyViolation> violations)
    : Exception($"the policy document is not valid: {string.Join("; ", violations)}")
{
    public IReadOnlyList<PolicyViolation> Violations { get; } = violations;
}
