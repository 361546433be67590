using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>The subflows that are wanted of a connection as soon as it can have them.</summary>
/// <param name="Policy">The policy that wants them; null where none decides, or nobody knows yet which.</param>
/// <param name="Subflows">The subflows.</param>
internal sealed record PlanAhead(PathPolicy? Policy, IReadOnlyList<SubflowAhead> Subflows)
{
    /// <summary>The plan where nothing is wanted.</summary>
    public static PlanAhead None { get; } = new(null, []);
}

/// <summary>A subflow that is wanted of a connection as soon as it can have it.</summary>
/// <param name="Step">The step that creates it.</param>
/// <param name="Place">Its local address.</param>
/// <param name="Command">What the kernel will be told.</param>
internal sealed record SubflowAhead(PathStep Step, IPEndPoint Place, PreparedSubflow Command);
