using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>Every network namespace that the daemon serves; the first is the default.</summary>
internal sealed class HostNamespaces : IDisposable
{
    /// <summary>The name of the daemon's own namespace.</summary>
    public const string Own = "self";

    private readonly List<HostNamespace> _namespaces = [];

    /// <summary>Opens the namespaces.</summary>
    /// <param name="names">Names and paths, and <see cref="Own"/> for the daemon's own; none means the own one.</param>
    /// <param name="observer">Hears how each request to the kernel ended.</param>
    public HostNamespaces(IReadOnlyList<string> names, Action<RequestOutcome> observer)
    {
        try
        {
            foreach (var name in names.Count == 0 ? [Own] : names)
                _namespaces.Add(HostNamespace.Open(name, name == Own ? NetworkNamespace.Own : NetworkNamespace.Find(name), observer));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<HostNamespace> All => _namespaces;

    /// <summary>Finds a namespace by the name in a request.</summary>
    /// <param name="name">The name; empty means the default.</param>
    /// <returns>Null when it is not served.</returns>
    public HostNamespace? Find(string name)
        => name.Length == 0 ? _namespaces[0] : _namespaces.Find(served => served.Name == name);

    public void Dispose()
    {
        foreach (var served in _namespaces)
            served.Dispose();
        _namespaces.Clear();
    }
}
