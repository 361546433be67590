namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Which policy decides about a connection.</summary>
/// <param name="Known">False while a policy asks for what is not known of the connection yet.</param>
/// <param name="Policy">The policy; null when none matches, or that is not known.</param>
internal readonly record struct PolicyAnswer(bool Known, PathPolicy? Policy);
