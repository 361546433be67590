namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Whether an address of a request has a port beside it.</summary>
internal enum PortRule
{
    /// <summary>0 stands for "any" or "none".</summary>
    Optional,

    /// <summary>1 to 65535.</summary>
    Required,
}
