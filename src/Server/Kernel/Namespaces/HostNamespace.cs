using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Routing;
using Mptcp.Native.Sysctls;

namespace Mptcp.ControlPlane.Server.Kernel.Namespaces;

/// <summary>A network namespace that the daemon serves, with the sockets by which requests of callers reach its kernel.</summary>
internal sealed class HostNamespace : IDisposable
{
    private HostNamespace(
        string name, NetworkNamespace networkNamespace, PathManager pathManager, SocketDiagnostics diagnostics, RouteTables routes)
    {
        Name = name;
        NetworkNamespace = networkNamespace;
        PathManager = pathManager;
        Diagnostics = diagnostics;
        Routes = routes;
        Sysctls = new MptcpSysctls(networkNamespace);
        CanFindConnections = diagnostics.CanShowMptcpSockets();
        Cookie = NamespaceCookie.Find(networkNamespace);
    }

    /// <summary>The name that requests and events use.</summary>
    public string Name { get; }

    public NetworkNamespace NetworkNamespace { get; }

    public PathManager PathManager { get; }

    public SocketDiagnostics Diagnostics { get; }

    public RouteTables Routes { get; }

    public MptcpSysctls Sysctls { get; }

    /// <summary>Held while an address id is chosen and the kernel is made to use it.</summary>
    public Lock AddressIds { get; } = new();

    /// <summary>Which ids its addresses have; read and changed under <see cref="AddressIds"/>.</summary>
    public AddressIdTable Ids { get; } = new();

    /// <summary>Opens a namespace.</summary>
    /// <param name="name">The name to serve it under.</param>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="observer">Hears how each request to the kernel ended.</param>
    public static HostNamespace Open(string name, NetworkNamespace networkNamespace, Action<RequestOutcome> observer)
    {
        var opened = new Stack<IDisposable>();
        try
        {
            var pathManager = PathManager.Open(networkNamespace, observer);
            opened.Push(pathManager);
            var diagnostics = SocketDiagnostics.Open(networkNamespace, observer);
            opened.Push(diagnostics);
            var routes = RouteTables.Open(networkNamespace, observer);
            opened.Push(routes);
            return new HostNamespace(name, networkNamespace, pathManager, diagnostics, routes);
        }
        catch
        {
            while (opened.TryPop(out var resource))
                resource.Dispose();
            networkNamespace.Dispose();
            throw;
        }
    }

    /// <summary>What tells it from every other namespace of the boot; null where the kernel has none.</summary>
    public string? Cookie { get; }

    /// <summary>Whether this kernel can show MPTCP sockets. Where it cannot, it says that no token is known.</summary>
    public bool CanFindConnections { get; }

    /// <summary>Finds the socket of a connection whose end has not been told.</summary>
    /// <returns>Null when no such connection has the token.</returns>
    public MptcpSocket? FindConnection(uint token) => Diagnostics.FindConnection(token) is { IsEnding: false } socket ? socket : null;

    public void Dispose()
    {
        Routes.Dispose();
        Diagnostics.Dispose();
        PathManager.Dispose();
        NetworkNamespace.Dispose();
    }
}
