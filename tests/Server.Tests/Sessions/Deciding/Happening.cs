namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Something that happens in a <see cref="DelegationSchedule"/>.</summary>
/// <param name="Kind">What.</param>
/// <param name="First">To which host, 0 or 1.</param>
/// <param name="Second">More about it, 0 to 3.</param>
internal readonly record struct Happening(HappeningKind Kind, int First, int Second);
