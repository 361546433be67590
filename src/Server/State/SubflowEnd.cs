using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>What is known of a subflow's end.</summary>
internal sealed record SubflowEnd
{
    public Errno? Error { get; init; }

    public uint? ResetReason { get; init; }

    public uint? ResetFlags { get; init; }

    public SubflowSample? LastSample { get; init; }
}
