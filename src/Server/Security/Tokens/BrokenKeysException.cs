namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>The file of the issuer's keys cannot be used, for a reason that the message tells in one line.</summary>
internal sealed class BrokenKeysException(string message, Exception? cause = null) : Exception(message, cause);
