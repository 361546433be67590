namespace Mptcp.ControlPlane.Server.State;

/// <summary>Where a connection is in its life.</summary>
internal enum ConnectionState : byte
{
    /// <summary>The first handshake is done.</summary>
    Created,

    /// <summary>Both ends are known to speak MPTCP.</summary>
    Established,

    /// <summary>It is plain TCP for good.</summary>
    Fallback,

    /// <summary>It lives without any subflow left.</summary>
    Orphaned,

    /// <summary>It is gone.</summary>
    Closed,
}
