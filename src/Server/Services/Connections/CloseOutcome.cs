using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics;

namespace Mptcp.ControlPlane.Server.Services.Connections;

/// <summary>What the kernel does with a connection after its subflows were destroyed.</summary>
/// <param name="State">Where the connection is now.</param>
/// <param name="Explanation">What the kernel does with it from here on, in sentences for people.</param>
internal sealed record CloseOutcome(ConnectionState State, string Explanation)
{
    private const string CloseTimeout = "close_timeout";

    /// <summary>Asks the kernel.</summary>
    /// <param name="served">The namespace that the connection lived in.</param>
    /// <param name="token">Its token.</param>
    /// <param name="id">Its id.</param>
    /// <param name="hasSubflowsLeft">Whether subflows were made whenever some were destroyed.</param>
    public static CloseOutcome Of(HostNamespace served, uint token, ulong id, bool hasSubflowsLeft)
    {
        var socket = served.Diagnostics.FindConnection(token, SocketExtensions.Info);
        if (socket is null || socket.IsEnding || socket.ConnectionId(token) != id)
            return new CloseOutcome(ConnectionState.Closed, "The kernel knows the connection no more.");
        if (socket.Info is { HasFallenBack: true })
        {
            return new CloseOutcome(
                ConnectionState.Fallback,
                "The connection had fallen back to plain TCP, so it is over: its application's next call fails with ECONNABORTED, "
                + "and the kernel keeps the socket until the application closes it.");
        }

        if (hasSubflowsLeft)
        {
            return new CloseOutcome(
                ConnectionState.Established,
                "The connection lives on: whenever subflows were destroyed, the peer or the in-kernel path manager made others.");
        }

        if (socket.State == SocketState.Closed)
        {
            return new CloseOutcome(
                ConnectionState.Orphaned,
                "The kernel has given the connection up: its application's calls fail with ENOTCONN or EPIPE, and the kernel keeps the "
                + "socket until the application closes it.");
        }

        return new CloseOutcome(
            ConnectionState.Orphaned,
            $"The kernel keeps the connection without a subflow{Until(served)}: its application notices nothing until then, and a new "
            + "subflow revives the connection. After that its calls fail with ENOTCONN or EPIPE, and the kernel keeps the socket until "
            + "the application closes it.");
    }

    private static string Until(HostNamespace served)
        => served.Sysctls.Find(CloseTimeout) is { } timeout ? $" for {timeout.Value} s (net.mptcp.{CloseTimeout})" : " for a while";
}
