namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Whether policies are made true.</summary>
internal enum PolicyEnforcement
{
    /// <summary>They are.</summary>
    Enforce,

    /// <summary>It is said what would be done, and nothing is.</summary>
    Monitor,
}
