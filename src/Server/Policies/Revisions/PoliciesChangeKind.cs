namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>What happened to the policies.</summary>
internal enum PoliciesChangeKind
{
    /// <summary>A revision was applied.</summary>
    Applied,

    /// <summary>The revision that holds was confirmed.</summary>
    Confirmed,

    /// <summary>Somebody rolled back to an earlier revision.</summary>
    RolledBack,

    /// <summary>A revision was not confirmed in time, and the one before it holds again.</summary>
    Expired,
}
