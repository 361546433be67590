using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>What the kernel's own path manager of one namespace is told and asked. The kernel loop's thread alone calls it.</summary>
internal interface IEndpointCommands
{
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    IReadOnlyList<Endpoint> List();

    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    EndpointLimits GetLimits();

    /// <summary>Adds an endpoint, under an id that the kernel chooses where that is 0.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void Add(Endpoint endpoint);

    /// <summary>Deletes an endpoint, and ends the subflows that run from it.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void Delete(byte id);

    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void SetFlags(byte id, EndpointFlags flags);

    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void SetLimits(EndpointLimits limits);
}
