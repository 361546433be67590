namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>Files of certificates cannot be used, for a reason that the message tells in one line.</summary>
internal sealed class BrokenCertificatesException(string message, Exception? cause = null) : Exception(message, cause);
