namespace Mptcp.ControlPlane.Server.State.Events;

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
    InterfaceAdded,
    InterfaceChanged,
    InterfaceRemoved,
    LocalAddressAdded,
    LocalAddressChanged,
    LocalAddressRemoved,

    PoliciesChanged,
    SessionChanged,

    /// <summary>The kernel dropped events.</summary>
    KernelLoss,

    /// <summary>The kernel dropped changes of links and addresses.</summary>
    InterfaceLoss,

    /// <summary>A connection in a snapshot. No entry of the log has this type; filters name it.</summary>
    ConnectionSnapshot,

    /// <summary>An interface in a snapshot. No entry of the log has this type; filters name it.</summary>
    InterfaceSnapshot,
}
