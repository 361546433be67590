namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>The daemon cannot start, for a reason that one line explains.</summary>
internal sealed class StartupException(string message, Exception? cause = null) : Exception(message, cause);
