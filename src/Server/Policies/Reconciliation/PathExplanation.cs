using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What a policy wants of a connection, what is, and why each difference remains.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Policy">The policy that decides about it; null for none.</param>
/// <param name="Remark">What holds for all of it, such as why nothing is done; null for nothing.</param>
internal sealed record PathExplanation(Connection Connection, PathPolicy? Policy, string? Remark)
{
    /// <summary>The paths that are wanted, and the subflows that are there.</summary>
    public ImmutableArray<ExplainedPath> Paths { get; init; } = [];

    /// <summary>The announcements that are wanted, and those that are there.</summary>
    public ImmutableArray<ExplainedAnnouncement> Announcements { get; init; } = [];
}
