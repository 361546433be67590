namespace Mptcp.ControlPlane.Server.State.Events;

/// <summary>How the daemon came to know what an entry of the event log tells.</summary>
internal enum StateEventOrigin : byte
{
    /// <summary>The kernel told it.</summary>
    Kernel,

    /// <summary>It follows from what the kernel told or was asked to do.</summary>
    Derived,

    /// <summary>Comparing with the kernel brought it to light.</summary>
    Reconciled,
}
