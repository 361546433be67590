namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>Why a session ended.</summary>
/// <param name="Code">The number of the gRPC status code.</param>
/// <param name="Reason">The reason's name, as the contract spells it; empty where there is none.</param>
/// <param name="Message">What is wrong, for a person.</param>
internal sealed record SessionError(int Code, string Reason, string Message);
