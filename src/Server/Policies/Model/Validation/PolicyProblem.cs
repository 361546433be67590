namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>What is wrong with a policy document.</summary>
/// <param name="Path">Where: <c>policies[0].retry.max</c>.</param>
/// <param name="Message">What is wrong, and what would be right; it goes on from the path.</param>
internal sealed record PolicyProblem(string Path, string Message)
{
    /// <summary>What else it comes from: where one of these could not be read, it is none.</summary>
    public IReadOnlyList<string> Because { get; init; } = [];
}
