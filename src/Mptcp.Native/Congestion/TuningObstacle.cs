namespace Mptcp.Native.Congestion;

/// <summary>Why subflows cannot be tuned on this host.</summary>
public enum TuningObstacle
{
    /// <summary>The kernel does not take the program, or does not describe its types.</summary>
    Kernel,

    /// <summary>The process lacks a capability.</summary>
    Privilege,
}
