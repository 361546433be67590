using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Network interfaces by name and by index; 0 and the empty name stand for none.</summary>
internal static class InterfaceIndex
{
    /// <summary>The index of the interface that a request names.</summary>
    /// <exception cref="ControlPlaneException">NOT_FOUND: the namespace has none of this name.</exception>
    public static int Find(HostNamespace hostNamespace, string name)
    {
        if (name.Length == 0)
            return 0;
        return hostNamespace.Routes.FindLink(name)?.Index ?? throw NotFound(hostNamespace, $"\"{name}\"");
    }

    /// <summary>The index that a request gives by name, by number, or by both where they agree.</summary>
    /// <exception cref="ControlPlaneException">
    /// NOT_FOUND: the namespace has no such interface; INVALID_ARGUMENT: name and number are of different ones.
    /// </exception>
    public static int Find(HostNamespace hostNamespace, string name, int index, string indexField)
    {
        if (index == 0)
            return Find(hostNamespace, name);
        var link = hostNamespace.Routes.FindLink(index) ?? throw NotFound(hostNamespace, $"with index {index}");
        if (name.Length > 0 && Find(hostNamespace, name) != index)
        {
            var violations = new RequestViolations();
            violations.Add(indexField, $"must be that of \"{name}\", and {index} is that of \"{link.Name}\"");
            violations.ThrowIfAny();
        }

        return index;
    }

    /// <summary>The name of an interface; empty when it is gone meanwhile.</summary>
    public static string NameOf(HostNamespace hostNamespace, int index)
        => index > 0 ? hostNamespace.Routes.FindLink(index)?.Name ?? "" : "";

    private static ControlPlaneException NotFound(HostNamespace hostNamespace, string which) => new(
        StatusCode.NotFound, ErrorReason.InterfaceNotFound, $"the namespace {hostNamespace.Name} has no network interface {which}");
}
