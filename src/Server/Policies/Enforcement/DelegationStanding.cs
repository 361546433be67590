namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>Who decides about a delegated connection.</summary>
internal enum DelegationStanding
{
    /// <summary>Nobody has decided yet.</summary>
    Undecided,

    /// <summary>The fallback does.</summary>
    Fallback,

    /// <summary>A controller does.</summary>
    Controller,

    /// <summary>A strategy does, as a controller has said.</summary>
    Deferred,
}
