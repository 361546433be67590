namespace Mptcp.Native.Netlink;

/// <summary>The kernel sent bytes that do not have the form that its headers promise.</summary>
/// <param name="message">What was expected and what came.</param>
public sealed class NetlinkFormatException(string message) : FormatException(message);
