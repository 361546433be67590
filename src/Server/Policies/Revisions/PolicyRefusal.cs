namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Why policies were not changed.</summary>
internal enum PolicyRefusal
{
    /// <summary>Another revision holds than the one that was meant.</summary>
    Changed,

    /// <summary>No such revision is kept.</summary>
    NotFound,

    /// <summary>The revision need not be confirmed, or its time is over.</summary>
    NotPending,

    /// <summary>The revision could not be kept.</summary>
    NotWritten,
}
