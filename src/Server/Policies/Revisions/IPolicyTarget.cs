using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>What makes policies true: the kernel loop.</summary>
internal interface IPolicyTarget
{
    /// <summary>Has a revision hold instead of the one before. From when it returns on, every connection is compared with it.</summary>
    void Adopt(PolicyRevision revision);

    /// <summary>Explains a connection by the revision that holds.</summary>
    /// <param name="namespaceName">The namespace of the connection.</param>
    /// <param name="token">Its token.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when there is no such connection.</returns>
    Task<PathExplanation?> ExplainAsync(string namespaceName, uint token, CancellationToken cancellation);

    /// <summary>
    /// Explains every connection that a policy decides about, as if a revision held. Nothing is done.
    /// </summary>
    /// <param name="revision">The revision; null for the one that holds.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<ImmutableArray<PathExplanation>> PreviewAsync(PolicyRevision? revision, CancellationToken cancellation);

    /// <summary>Explains the endpoints and limits of a namespace by the revision that holds.</summary>
    /// <param name="namespaceName">The namespace.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when it is not served.</returns>
    Task<NamespaceExplanation?> ExplainNamespaceAsync(string namespaceName, CancellationToken cancellation);

    /// <summary>Explains the endpoints and limits of every namespace, as if a revision held. Nothing is done.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<ImmutableArray<NamespaceExplanation>> PreviewNamespacesAsync(PolicyRevision revision, CancellationToken cancellation);
}
