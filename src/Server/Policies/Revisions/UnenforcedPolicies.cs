using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Takes policies and makes none of them true: where nothing compares connections with them.</summary>
internal sealed class UnenforcedPolicies : IPolicyTarget
{
    private PolicyRevision _revision = PolicyRevision.None;

    /// <summary>The revision that holds.</summary>
    public PolicyRevision Revision => Volatile.Read(ref _revision);

    public void Adopt(PolicyRevision revision) => Volatile.Write(ref _revision, revision);

    public Task<PathExplanation?> ExplainAsync(string namespaceName, uint token, CancellationToken cancellation)
        => Task.FromResult<PathExplanation?>(null);

    public Task<ImmutableArray<PathExplanation>> PreviewAsync(PolicyRevision? revision, CancellationToken cancellation)
        => Task.FromResult(ImmutableArray<PathExplanation>.Empty);
}
