namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>Why a session ended.</summary>
/// <param name="Refusal">What it was refused for.</param>
/// <param name="Message">What is wrong, for a person.</param>
internal sealed record SessionError(SessionRefusal Refusal, string Message);
