using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Finds the namespaces that requests name.</summary>
internal static class NamespaceLookup
{
    /// <summary>Finds a namespace; empty means the default.</summary>
    /// <exception cref="ControlPlaneException">NOT_FOUND: the daemon does not serve it.</exception>
    public static HostNamespace Require(this HostNamespaces namespaces, string name)
        => namespaces.Find(name) ?? throw new ControlPlaneException(
            StatusCode.NotFound, ErrorReason.NamespaceUnknown, $"{Missing(namespaces, name)}; {Served(namespaces)}")
        {
            Metadata = new Dictionary<string, string> { ["namespace"] = name },
        };

    /// <summary>Finds a namespace of which a caller may know; empty means the default.</summary>
    /// <exception cref="ControlPlaneException">NOT_FOUND: the daemon does not serve it, or the caller is not to know.</exception>
    public static HostNamespace Require(this HostNamespaces namespaces, string name, Access reach)
    {
        if (reach.IsWhole)
            return namespaces.Require(name);
        if (namespaces.Find(name) is { } served && reach.Reaches(served.Name))
            return served;
        var missing = name.Length > 0 ? $"no namespace \"{name}\" is in reach of the caller" : "the default namespace is not in reach of the caller; name another";
        throw new ControlPlaneException(StatusCode.NotFound, ErrorReason.NamespaceUnknown, missing)
        {
            Metadata = new Dictionary<string, string> { ["namespace"] = name },
        };
    }

    private static string Missing(HostNamespaces namespaces, string name)
    {
        if (name.Length > 0)
            return $"the daemon serves no namespace \"{name}\"";
        return namespaces.Selection.Default is { } missing
            ? $"the daemon's default namespace \"{missing}\" does not exist now"
            : "the daemon has no default namespace, and the request names none";
    }

    private static string Served(HostNamespaces namespaces)
        => namespaces.All.Count == 0 ? "it serves none" : $"it serves {string.Join(", ", namespaces.All.Select(served => served.Name))}";
}
