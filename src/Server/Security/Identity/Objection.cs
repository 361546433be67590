namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>What speaks against what a caller has proved itself with.</summary>
/// <param name="Message">A sentence that tells its caller what is wrong, and what to do.</param>
/// <param name="IsOfConnection">Whether it is about all the calls of the connection.</param>
internal sealed record Objection(string Message, bool IsOfConnection);
