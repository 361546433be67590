namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Who decides about a connection instead of the policy.</summary>
/// <param name="Role">The role whose primary controller decides.</param>
/// <param name="Deadline">How long it may take.</param>
/// <param name="Fallback">What holds while it does not; never <see cref="PathStrategy.Delegate"/>.</param>
internal sealed record Delegation(string Role, TimeSpan Deadline, PathStrategy Fallback);
