namespace Mptcp.Native.PathManagement;

/// <summary>What the kernel tells of (<c>enum mptcp_event_type</c> of <c>include/uapi/linux/mptcp_pm.h</c>).</summary>
public enum PathManagerEventType
{
    /// <summary>Never sent.</summary>
    None = 0,

    /// <summary>A connection exists.</summary>
    ConnectionCreated = 1,

    /// <summary>Both ends of a connection are known to speak MPTCP.</summary>
    ConnectionEstablished = 2,

    /// <summary>A connection is gone; only its token is told.</summary>
    ConnectionClosed = 3,

    /// <summary>The peer announced an address.</summary>
    AddressAnnounced = 6,

    /// <summary>The peer removed an address; only its id is told.</summary>
    AddressRemoved = 7,

    /// <summary>An additional subflow completed its handshake.</summary>
    SubflowEstablished = 10,

    /// <summary>A subflow is over, or was refused.</summary>
    SubflowClosed = 11,

    /// <summary>The peer changed the priority of a subflow.</summary>
    SubflowPriority = 13,

    /// <summary>An MPTCP socket began to listen.</summary>
    ListenerCreated = 15,

    /// <summary>An MPTCP socket stopped listening.</summary>
    ListenerClosed = 16,
}
