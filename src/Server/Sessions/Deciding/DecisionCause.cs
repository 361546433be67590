namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>What happened to a connection, so that it is to be decided about.</summary>
internal enum DecisionCause
{
    /// <summary>It was established, or a client's is about to be.</summary>
    Established = 1,

    /// <summary>Somebody else decided about it before.</summary>
    HandedOver,

    AddressAnnounced,
    AddressRemoved,
    SubflowClosed,
    SubflowFailed,

    /// <summary>A subflow was established that a fallback had begun to make.</summary>
    SubflowAppeared,

    LocalAddressUp,
    LocalAddressDown,
}
