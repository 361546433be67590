using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;

namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>Has the roles be those of the policies that hold, and the kernel loop keep to those.</summary>
internal sealed class RoleAdoption(KernelLoop loop, SessionRegistry sessions, AccessControl access, DaemonOptions options) : IPolicyTarget
{
    public void Adopt(PolicyRevision revision)
    {
        loop.Adopt(revision);
        // Whoever applied them finds the roles as they state them.
        var roles = new Roles(options.Roles, revision.Document);
        sessions.AdoptAsync(roles).GetAwaiter().GetResult();
        access.Adopt(roles, revision.Document);
    }

    public Task<PathExplanation?> ExplainAsync(string namespaceName, uint token, CancellationToken cancellation)
        => loop.ExplainAsync(namespaceName, token, cancellation);

    public Task<ImmutableArray<PathExplanation>> PreviewAsync(PolicyRevision? revision, CancellationToken cancellation)
        => loop.PreviewAsync(revision, cancellation);

    public Task<NamespaceExplanation?> ExplainNamespaceAsync(string namespaceName, CancellationToken cancellation)
        => loop.ExplainNamespaceAsync(namespaceName, cancellation);

    public Task<ImmutableArray<NamespaceExplanation>> PreviewNamespacesAsync(PolicyRevision revision, CancellationToken cancellation)
        => loop.PreviewNamespacesAsync(revision, cancellation);
}
