using System.Net;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>One TCP flow of a connection at one moment.</summary>
/// <param name="Local">The local address; port 0 while the kernel has not told it.</param>
/// <param name="Remote">The remote address and port.</param>
/// <param name="State">Where it is in its life.</param>
internal sealed record Subflow(IPEndPoint Local, IPEndPoint Remote, SubflowState State)
{
    public byte LocalId { get; init; }

    public byte RemoteId { get; init; }

    public bool Backup { get; init; }

    public int InterfaceIndex { get; init; }

    /// <summary>Why it failed or closed, where the kernel said so.</summary>
    public Errno? Error { get; init; }

    public uint? ResetReason { get; init; }

    public uint? ResetFlags { get; init; }

    /// <summary>True for the one that the connection began with.</summary>
    public bool Initial { get; init; }

    /// <summary>The request that made it; 0 when none of this daemon's did.</summary>
    public long Request { get; init; }

    /// <summary>True while a request for it has had no outcome.</summary>
    public bool Pending => State is SubflowState.Requested or SubflowState.Connecting;
}
