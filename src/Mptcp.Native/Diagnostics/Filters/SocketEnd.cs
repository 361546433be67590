namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>One of the two ends of a socket.</summary>
internal enum SocketEnd
{
    Local,
    Remote,
}
