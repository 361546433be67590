namespace Mptcp.ControlPlane.Server.State.Events;

/// <summary>What brought an entry of the event log about, or to light.</summary>
internal enum StateEventCause : byte
{
    /// <summary>Nothing but the kernel's telling it.</summary>
    None,

    /// <summary>A command that a caller gave.</summary>
    Command,

    /// <summary>The comparison at the start.</summary>
    Start,

    /// <summary>The comparison after the kernel dropped events.</summary>
    KernelLoss,

    /// <summary>The comparison made now and then.</summary>
    Survey,

    /// <summary>The comparison that a caller asked for.</summary>
    Request,

    /// <summary>A caller asked about a connection before its event was heard.</summary>
    LookUp,

    /// <summary>No answer came in time.</summary>
    Timeout,

    /// <summary>The last subflow is over.</summary>
    LastSubflowClosed,

    /// <summary>A subflow joined a connection that had none left.</summary>
    SubflowReturned,

    /// <summary>Another connection has the token now.</summary>
    TokenReused,
}
