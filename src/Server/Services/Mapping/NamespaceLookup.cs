using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Finds the namespaces that requests name.</summary>
internal static class NamespaceLookup
{
    /// <summary>Finds a namespace; empty means the default.</summary>
    /// <exception cref="ControlPlaneException">NOT_FOUND: the daemon does not serve it.</exception>
    public static HostNamespace Require(this HostNamespaces namespaces, string name)
        => namespaces.Find(name) ?? throw new ControlPlaneException(
            StatusCode.NotFound,
            ErrorReason.NamespaceUnknown,
            $"the daemon serves no namespace \"{name}\"; it serves {string.Join(", ", namespaces.All.Select(served => served.Name))}")
        {
            Metadata = new Dictionary<string, string> { ["namespace"] = name },
        };
}
