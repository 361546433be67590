using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Kernel.Commands;

/// <summary>What policies have the kernel's own path manager do: over the kernel loop's own socket, so that no caller's request makes it wait.</summary>
/// <param name="pathManager">The loop's own.</param>
internal sealed class EndpointCommands(PathManager pathManager) : IEndpointCommands
{
    public IReadOnlyList<Endpoint> List() => pathManager.ListEndpoints();

    public EndpointLimits GetLimits() => pathManager.GetLimits();

    public void Add(Endpoint endpoint) => pathManager.AddEndpoint(endpoint);

    public void Delete(byte id) => pathManager.DeleteEndpoint(id);

    public void SetFlags(byte id, EndpointFlags flags) => pathManager.SetEndpointFlags(id, flags);

    public void SetLimits(EndpointLimits limits) => pathManager.SetLimits(limits.Subflows, limits.AcceptedAddresses);
}
