namespace Mptcp.ControlPlane.Client;

/// <summary>
/// Why there is no connection that both ends trust: the daemon's certificate or the caller's, or a file that either needs. It is
/// what an <see cref="Grpc.Core.RpcException"/> was caused by, whose <see cref="ControlPlaneError.Message"/> it gives.
/// </summary>
/// <param name="message">What is wrong, in a sentence without a full stop.</param>
/// <param name="cause">What it was found by; null for none.</param>
public sealed class ControlPlaneConnectionException(string message, Exception? cause = null) : IOException(message, cause);
