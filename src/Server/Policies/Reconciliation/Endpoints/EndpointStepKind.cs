namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>What can be done so that the endpoints and limits of a namespace become as its policy wants.</summary>
internal enum EndpointStepKind : byte
{
    /// <summary>Nothing: it is so, or that has to wait.</summary>
    None,

    /// <summary>An endpoint is added.</summary>
    Add,

    /// <summary>An endpoint is deleted, and the subflows that run from it end.</summary>
    Delete,

    /// <summary>An endpoint is given other flags.</summary>
    SetFlags,

    /// <summary>An endpoint is deleted and added again, as the kernel changes most of its flags in no other way.</summary>
    Replace,

    /// <summary>The limits are set.</summary>
    SetLimits,

    /// <summary>The limits become what they were before a policy set them.</summary>
    RestoreLimits,
}
