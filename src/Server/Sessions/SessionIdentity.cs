using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>Who a session is.</summary>
/// <param name="Id">Its id, which no other session has while the daemon runs.</param>
/// <param name="Role">The name of the role that it plays.</param>
/// <param name="ElectionId">Its election id.</param>
/// <param name="Name">What the controller calls itself; empty for nothing.</param>
/// <param name="Caller">Who it is.</param>
/// <param name="OpenedAt">When it was opened.</param>
internal sealed record SessionIdentity(ulong Id, string Role, ulong ElectionId, string Name, PolicyAuthor Caller, DateTimeOffset OpenedAt);
