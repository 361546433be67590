namespace Mptcp.ControlPlane.Server.State;

/// <summary>What the kernel said when it was asked for the connection of a token.</summary>
/// <param name="Known">False when it could not be asked, which says nothing of the connection.</param>
/// <param name="Connection">The connection; null when none has the token, or its end has been told of.</param>
internal readonly record struct LookAnswer(bool Known, SeenConnection? Connection);
