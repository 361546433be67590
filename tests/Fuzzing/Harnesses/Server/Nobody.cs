using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>Makes no policies true, on a host that has no connections.</summary>
internal sealed class Nobody : IPolicyTarget
{
    public void Adopt(PolicyRevision revision)
    {
    }

    public Task<PathExplanation?> ExplainAsync(string namespaceName, uint token, CancellationToken cancellation)
        => Task.FromResult<PathExplanation?>(null);

    public Task<ImmutableArray<PathExplanation>> PreviewAsync(PolicyRevision? revision, CancellationToken cancellation)
        => Task.FromResult<ImmutableArray<PathExplanation>>([]);

    public Task<NamespaceExplanation?> ExplainNamespaceAsync(string namespaceName, CancellationToken cancellation)
        => Task.FromResult<NamespaceExplanation?>(null);

    public Task<ImmutableArray<NamespaceExplanation>> PreviewNamespacesAsync(PolicyRevision revision, CancellationToken cancellation)
        => Task.FromResult<ImmutableArray<NamespaceExplanation>>([]);
}
