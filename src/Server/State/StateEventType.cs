namespace Mptcp.ControlPlane.Server.State;

/// <summary>What an entry of the event log tells of.</summary>
internal enum StateEventType : byte
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
    ConnectionFallback,
    ConnectionOrphaned,
    SubflowFailed,

    /// <summary>Something became known of a connection that no other type tells.</summary>
    ConnectionUpdated,
    NamespaceAdded,
    NamespaceRemoved,

    /// <summary>The kernel dropped events.</summary>
    KernelLoss,
}
