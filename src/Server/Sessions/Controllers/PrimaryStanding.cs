namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>Who is primary of a role.</summary>
/// <param name="IsSelf">Whether it is the session that is told.</param>
/// <param name="Primary">The primary; null for none.</param>
/// <param name="Highest">The highest election id that was ever bid.</param>
internal sealed record PrimaryStanding(bool IsSelf, SessionIdentity? Primary, ulong Highest);
