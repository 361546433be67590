namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>What has become of a revision.</summary>
internal enum RevisionState
{
    /// <summary>It holds, and is rolled back unless it is confirmed in time.</summary>
    Pending,

    /// <summary>It holds.</summary>
    Holding,

    /// <summary>Another was applied after it.</summary>
    Superseded,

    /// <summary>It was taken back.</summary>
    RolledBack,
}
