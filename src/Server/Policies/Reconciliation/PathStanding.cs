namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What is of a path.</summary>
internal enum PathStanding
{
    /// <summary>No subflow runs there.</summary>
    Missing,

    /// <summary>A handshake is under way.</summary>
    Connecting,

    /// <summary>A subflow is established there.</summary>
    Established,
}
