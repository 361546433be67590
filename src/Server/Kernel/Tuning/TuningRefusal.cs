namespace Mptcp.ControlPlane.Server.Kernel.Tuning;

/// <summary>Why a subflow is not tuned.</summary>
internal enum TuningRefusal
{
    /// <summary>The configuration does not let the daemon.</summary>
    Disabled,

    /// <summary>The kernel cannot.</summary>
    KernelCannot,

    /// <summary>The daemon lacks a capability.</summary>
    PrivilegeMissing,

    /// <summary>There is no such subflow, or no longer.</summary>
    SubflowNotFound,

    /// <summary>The kernel has no such congestion control, or has not loaded it.</summary>
    CongestionControlUnknown,

    /// <summary>The kernel refused for another reason.</summary>
    KernelRefused,
}
