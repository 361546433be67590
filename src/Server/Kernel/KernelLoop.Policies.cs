using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>The policies that it makes true.</content>
internal sealed partial class KernelLoop : IPolicyTarget
{
    private const int ExplanationsPerTurn = 256;

    // Null until what was kept is read: which policies hold is not known before.
    private PolicyRevision? _policies;

    public void Adopt(PolicyRevision revision) => Post(() =>
    {
        _policies = revision;
        foreach (var loop in _namespaces)
            loop.Adopt(revision);
    });

    public Task<PathExplanation?> ExplainAsync(string namespaceName, uint token, CancellationToken cancellation)
        => AskAsync(() => _namespaces.Find(loop => loop.Served.Name == namespaceName)?.Paths.Explain(token), cancellation);

    public Task<ImmutableArray<PathExplanation>> PreviewAsync(PolicyRevision? revision, CancellationToken cancellation)
        => PreviewAllAsync(revision?.Document, cancellation);

    public Task<NamespaceExplanation?> ExplainNamespaceAsync(string namespaceName, CancellationToken cancellation)
        => AskAsync(() => _namespaces.Find(loop => loop.Served.Name == namespaceName)?.Endpoints.Explain(document: null), cancellation);

    public Task<ImmutableArray<NamespaceExplanation>> PreviewNamespacesAsync(PolicyRevision revision, CancellationToken cancellation)
        => AskAsync(() => _namespaces.Select(loop => loop.Endpoints.Explain(revision.Document)).ToImmutableArray(), cancellation);

    private async Task<ImmutableArray<PathExplanation>> PreviewAllAsync(PolicyDocument? document, CancellationToken cancellation)
    {
        var all = ImmutableArray.CreateBuilder<PathExplanation>();
        foreach (var loop in Namespaces)
        {
            // Some at a time: events do not wait until all are explained.
            var tokens = await AskAsync(() => loop.Connections.All.Keys.ToList(), cancellation);
            foreach (var some in tokens.Chunk(ExplanationsPerTurn))
                all.AddRange(await AskAsync(() => loop.IsGone ? [] : loop.Paths.Explain(some, document), cancellation));
        }

        return all.ToImmutable();
    }

    /// <summary>Remembers what a caller did by hand to a connection, so that no policy undoes it, also after the daemon's end.</summary>
    /// <param name="served">The namespace of the connection.</param>
    /// <param name="token">The connection's token.</param>
    /// <param name="notes">What was done.</param>
    public async Task NoteByHandAsync(HostNamespace served, uint token, params HandNote[] notes)
    {
        var loop = LoopOf(served);
        var id = await AskAsync(() => loop.Paths.NoteByHand(token, notes), CancellationToken.None);
        if (id != 0)
            _journal.Add(served.Name, id, notes);
    }
}
