namespace Mptcp.ControlPlane.Server.State.Events;

/// <summary>How the daemon came to know of an event, and what brought it about or to light.</summary>
internal readonly record struct Provenance(StateEventOrigin Origin, StateEventCause Cause)
{
    /// <summary>The kernel told it.</summary>
    public static Provenance Kernel { get; } = new(StateEventOrigin.Kernel, StateEventCause.None);

    /// <summary>It follows from something.</summary>
    public static Provenance Derived(StateEventCause cause) => new(StateEventOrigin.Derived, cause);

    /// <summary>A comparison with the kernel brought it to light.</summary>
    public static Provenance Reconciled(StateEventCause cause) => new(StateEventOrigin.Reconciled, cause);
}
