namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>What is known of who changed the policies.</summary>
internal enum PolicyAuthorKind
{
    /// <summary>A process of this host, as the kernel tells it of the peer of a Unix socket.</summary>
    Process,

    /// <summary>Somebody at a network address.</summary>
    Peer,

    /// <summary>The daemon itself.</summary>
    Daemon,
}
