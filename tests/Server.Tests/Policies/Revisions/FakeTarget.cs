using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Revisions;

/// <summary>Remembers what it was to make true, and explains what a test says.</summary>
internal sealed class FakeTarget : IPolicyTarget
{
    /// <summary>The revisions that it adopted, in order, but for what holds before anything is applied.</summary>
    public List<PolicyRevision> Adopted { get; } = [];

    /// <summary>What it explains.</summary>
    public ImmutableArray<PathExplanation> Explanations { get; set; } = [];

    /// <summary>The revision that was previewed last.</summary>
    public PolicyRevision? Previewed { get; private set; }

    /// <summary>What it explains of namespaces.</summary>
    public ImmutableArray<NamespaceExplanation> NamespaceExplanations { get; set; } = [];

    public void Adopt(PolicyRevision revision)
    {
        if (revision.Number > 0)
            Adopted.Add(revision);
    }

    public Task<PathExplanation?> ExplainAsync(string namespaceName, uint token, CancellationToken cancellation)
        => Task.FromResult(Explanations.FirstOrDefault(
            explanation => explanation.Connection.Namespace == namespaceName && explanation.Connection.Token == token));

    public Task<ImmutableArray<PathExplanation>> PreviewAsync(PolicyRevision? revision, CancellationToken cancellation)
    {
        Previewed = revision;
        return Task.FromResult(Explanations);
    }

    public Task<NamespaceExplanation?> ExplainNamespaceAsync(string namespaceName, CancellationToken cancellation)
        => Task.FromResult(NamespaceExplanations.FirstOrDefault(explanation => explanation.Namespace == namespaceName));

    public Task<ImmutableArray<NamespaceExplanation>> PreviewNamespacesAsync(PolicyRevision revision, CancellationToken cancellation)
        => Task.FromResult(NamespaceExplanations);
}
