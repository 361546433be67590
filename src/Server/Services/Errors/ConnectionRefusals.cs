using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>
/// Finds out what the kernel means by refusing a command for a connection. It says EINVAL for an unknown token, for a
/// connection of its own path manager, and for addresses that do not fit, so the state of the connection is asked for.
/// </summary>
internal static class ConnectionRefusals
{
    public static ControlPlaneException Explain(
        HostNamespace served, uint token, KernelRefusedException refusal, HostNamespaces namespaces, Access reach)
    {
        if (served.CanFindConnections && served.FindConnection(token) is null)
        {
            return KernelErrors.Describe(
                refusal, StatusCode.NotFound, ErrorReason.ConnectionNotFound, NotFound(served, token, namespaces, reach).Message);
        }

        if (refusal.Errno == Errno.Invalid && !IsUserspace(served, token))
        {
            return KernelErrors.Describe(
                refusal, StatusCode.FailedPrecondition, ErrorReason.KernelPathManager,
                $"the connection 0x{token:x8} belongs to the in-kernel path manager, which takes no commands; connections made "
                + "after setting the sysctl net.mptcp.pm_type to 1 will take them");
        }

        // The same command also changes endpoints, and means those where the table explains it.
        if (refusal.Errno == Errno.Invalid && refusal.Operation == "set-flags")
            return KernelErrors.Describe(refusal, StatusCode.NotFound, ErrorReason.SubflowNotFound, "the connection has no such subflow");

        return KernelErrors.Describe(refusal);
    }

    /// <summary>Refuses what is about a connection that is not there, or of which the caller may not know.</summary>
    public static ControlPlaneException NotFound(HostNamespace served, uint token, HostNamespaces namespaces, Access reach)
        => reach.IsWhole ? Refuse(Missing(served, token, namespaces)) : Gone(served.Name, token);

    /// <summary>Refuses what is about a connection that has ended since the caller was let do it.</summary>
    public static ControlPlaneException Gone(string namespaceName, uint token) => Refuse(Missing(namespaceName, token));

    private static ControlPlaneException Refuse(string missing) => new(StatusCode.NotFound, ErrorReason.ConnectionNotFound, missing);

    /// <summary>Says that a namespace has no connection of a token, and which other one has.</summary>
    private static string Missing(HostNamespace served, uint token, HostNamespaces namespaces)
    {
        var others = namespaces.All.Where(other => other != served && Has(other, token)).Select(other => other.Name).ToList();
        var nothing = Missing(served.Name, token);
        return others.Count == 0 ? nothing : $"{nothing}; the namespace {string.Join(" and the namespace ", others)} has one";
    }

    private static string Missing(string namespaceName, uint token) => $"the namespace {namespaceName} has no connection with the token 0x{token:x8}";

    // It is asked to help; a kernel that does not answer, or a namespace that is gone, is no reason for another refusal.
    private static bool Has(HostNamespace other, uint token)
    {
        try
        {
            return other.CanFindConnections && other.FindConnection(token) is not null;
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure) || failure is ObjectDisposedException)
        {
            return false;
        }
    }

    private static bool IsUserspace(HostNamespace served, uint token) => served.PathManager.FindLocalAddresses(token) is not null;
}
