namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>What came of having the kernel use an address under an id.</summary>
internal enum PathIdOutcome
{
    /// <summary>It does.</summary>
    Used,

    /// <summary>A caller is choosing an id at this moment.</summary>
    Busy,

    /// <summary>The connection has the id, or the address, otherwise than is known.</summary>
    Taken,

    /// <summary>The connection uses all ids.</summary>
    NoneLeft,
}
