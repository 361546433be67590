namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>A user that the daemon can run as.</summary>
/// <param name="Name">The name.</param>
/// <param name="UserId">The number.</param>
/// <param name="GroupId">The number of the user's own group.</param>
internal sealed record DaemonUser(string Name, uint UserId, uint GroupId);
