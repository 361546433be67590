using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;

/// <summary>The subflows that are wanted of a connection as soon as it can have them.</summary>
/// <param name="Policy">The policy that wants them; null where none decides, or nobody knows yet which.</param>
/// <param name="Subflows">The subflows.</param>
internal sealed record PlanAhead(PathPolicy? Policy, IReadOnlyList<SubflowAhead> Subflows)
{
    /// <summary>The plan where nothing is wanted.</summary>
    public static PlanAhead None { get; } = new(null, []);
}
