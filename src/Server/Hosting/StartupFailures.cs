using System.Net.Sockets;
using Mptcp.Native;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>Why the daemon could not start, in one line.</summary>
internal static class StartupFailures
{
    /// <returns>Null for an exception that nobody foresaw, which deserves its stack trace.</returns>
    public static string? Describe(Exception failure) => failure switch
    {
        KernelRefusedException refusal when refusal.Errno == Errno.NotPermitted =>
            $"CAP_NET_ADMIN is missing: {refusal.Message}; run as root, or with that capability in the user namespace that owns the network",
        KernelRefusedException or MptcpUnavailableException or SystemCallException or NetlinkTransportException => failure.Message,
        SocketException or IOException => $"cannot listen: {failure.Message}",
        _ => null,
    };
}
