namespace Mptcp.ControlPlane.Server.State;

/// <summary>Where a subflow is in its life.</summary>
internal enum SubflowState : byte
{
    /// <summary>The kernel is about to be asked for it.</summary>
    Requested,

    /// <summary>The kernel has taken the command; the handshake is under way.</summary>
    Connecting,

    /// <summary>It can carry data.</summary>
    Established,

    /// <summary>The kernel is asked to end it.</summary>
    Closing,

    /// <summary>It was established and is over.</summary>
    Closed,

    /// <summary>It was never established and never will be.</summary>
    Failed,
}
