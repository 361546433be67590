using System.Net;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;

/// <summary>A subflow that is wanted of a connection as soon as it can have it.</summary>
/// <param name="Step">The step that creates it.</param>
/// <param name="Place">Its local address.</param>
/// <param name="Command">What the kernel will be told.</param>
internal sealed record SubflowAhead(PathStep Step, IPEndPoint Place, PreparedSubflow Command);
