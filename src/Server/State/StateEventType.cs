namespace Mptcp.ControlPlane.Server.State;

/// <summary>What an entry of the event log tells of.</summary>
internal enum StateEventType
{
    /// <summary>Something that a newer kernel tells of.</summary>
    Unknown,
    ConnectionCreated,
    ConnectionEstablished,
    ConnectionClosed,
    AddressAnnounced,
    AddressRemoved,
    SubflowEstablished,
    SubflowClosed,
    SubflowPriority,
    ListenerCreated,
    ListenerClosed,
    SubflowRequested,

    /// <summary>The kernel dropped events.</summary>
    KernelLoss,
}
