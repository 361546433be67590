using System.Net.Sockets;
using Mptcp.Native.Diagnostics.Filters;

namespace Mptcp.Native.Diagnostics;

/// <summary>Which sockets to list, and what to ask of them.</summary>
public sealed record SocketQuery
{
    /// <summary>The family of the sockets, IPv4 or IPv6; both, one after the other, when null.</summary>
    public AddressFamily? Family { get; init; }

    /// <summary>The states of the sockets; without a listener or a closed socket when not said otherwise.</summary>
    public SocketStates States { get; init; } = SocketStates.Connected;

    /// <summary>What to ask for beyond what every answer holds.</summary>
    public SocketExtensions Extensions { get; init; }

    /// <summary>What must hold of the sockets, judged in the kernel; nothing when null.</summary>
    public SocketFilter? Filter { get; init; }
}
