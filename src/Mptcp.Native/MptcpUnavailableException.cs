namespace Mptcp.Native;

/// <summary>This kernel has no Multipath TCP.</summary>
/// <param name="message">What is missing.</param>
public sealed class MptcpUnavailableException(string message) : NotSupportedException(message);
