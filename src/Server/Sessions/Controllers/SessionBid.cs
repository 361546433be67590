using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>What a controller asks for when it comes.</summary>
/// <param name="Role">The role.</param>
/// <param name="ElectionId">Its election id, 1 or more.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="Caller">Who it is.</param>
internal sealed record SessionBid(string Role, ulong ElectionId, string Name, PolicyAuthor Caller);
