namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>A filter cannot be put into the form that the kernel takes; the kernel was not asked.</summary>
/// <param name="message">Why.</param>
public sealed class SocketFilterException(string message) : Exception(message);
