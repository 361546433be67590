using System.Collections.Immutable;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel.Namespaces;

/// <summary>
/// Every network namespace that the daemon serves at this moment. Any thread may read it; those that come and go do so by the
/// kernel loop's thread.
/// </summary>
internal sealed class HostNamespaces : IDisposable
{
    private readonly Action<RequestOutcome> _observer;
    private ImmutableList<HostNamespace> _namespaces = [];

    /// <summary>Opens those that are there as long as the daemon is.</summary>
    /// <param name="selection">Which to serve.</param>
    /// <param name="observer">Hears how each request to the kernel ended.</param>
    /// <exception cref="SystemCallException">One cannot be opened.</exception>
    public HostNamespaces(NamespaceSelection selection, Action<RequestOutcome> observer)
    {
        Selection = selection;
        _observer = observer;
        try
        {
            foreach (var name in selection.Fixed)
                Add(name);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Which namespaces to serve.</summary>
    public NamespaceSelection Selection { get; }

    /// <summary>Those served, in the order of the entries that name them.</summary>
    public IReadOnlyList<HostNamespace> All => Volatile.Read(ref _namespaces);

    /// <summary>Finds a namespace by the name in a request.</summary>
    /// <param name="name">The name; empty means the default.</param>
    /// <returns>Null when it is not served.</returns>
    public HostNamespace? Find(string name)
    {
        var wanted = name.Length == 0 ? Selection.Default : name;
        return All.FirstOrDefault(served => served.Name == wanted);
    }

    /// <summary>Opens a namespace and serves it.</summary>
    /// <exception cref="SystemCallException">It is gone, or not for this process.</exception>
    /// <exception cref="NetlinkTransportException">Talking to its kernel failed.</exception>
    public HostNamespace Add(string name)
    {
        var served = HostNamespace.Open(name, NamespaceSelection.Open(name), _observer);
        Volatile.Write(ref _namespaces, [.. _namespaces.Append(served)
            .OrderBy(one => Selection.OrderOf(one.Name)).ThenBy(one => one.Name, StringComparer.Ordinal)]);
        return served;
    }

    /// <summary>Has a namespace found no longer. Whoever calls it disposes of the namespace, with which requests that are under way fail.</summary>
    public void Remove(HostNamespace served) => Volatile.Write(ref _namespaces, _namespaces.Remove(served));

    public void Dispose()
    {
        foreach (var served in All)
            served.Dispose();
        _namespaces = [];
    }
}
