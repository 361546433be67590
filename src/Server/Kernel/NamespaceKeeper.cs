using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>Has namespaces served while they have a name that is wanted. The kernel loop's thread alone uses it.</summary>
/// <param name="namespaces">Those that are served.</param>
/// <param name="log">Hears of those that come, go, or cannot be served.</param>
internal sealed class NamespaceKeeper(HostNamespaces namespaces, ILogger log) : IDisposable
{
    private readonly NamespaceWatch _watch = NamespaceWatch.Open();
    private readonly List<NamespaceEvent> _told = [];
    private bool _starting;

    /// <summary>Is readable when names may have come or gone.</summary>
    public SafeDescriptor Descriptor => _watch.Descriptor;

    /// <summary>Begins with the names that there are.</summary>
    /// <param name="begin">Begins to hear a namespace.</param>
    /// <exception cref="StartupException">A namespace that the configuration names is there and cannot be served.</exception>
    public void Start(Action<HostNamespace> begin)
    {
        _starting = true;
        Look(begin, end: _ => { });
        _starting = false;
        foreach (var name in namespaces.Selection.Awaited.Where(name => namespaces.Find(name) is null))
            log.NamespaceAwaited(name);
    }

    /// <summary>Looks which names came and went.</summary>
    /// <param name="begin">Begins to hear a namespace.</param>
    /// <param name="end">Ends that, before it is served no longer.</param>
    public void Look(Action<HostNamespace> begin, Action<HostNamespace> end)
    {
        _told.Clear();
        try
        {
            _watch.Receive(_told);
        }
        catch (SystemCallException failure)
        {
            log.NamespacesUnknown(NetworkNamespace.NamesDirectory, failure.Message);
        }

        foreach (var told in _told)
        {
            if (told is NamespaceRemoved { Namespace.Name: var gone } && namespaces.All.FirstOrDefault(served => served.Name == gone) is { } served)
            {
                end(served);
                namespaces.Remove(served);
                log.NamespaceRemoved(gone);
            }
            else if (told is NamespaceAdded { Namespace: var added } && namespaces.Selection.Includes(added.Name))
            {
                Add(added, begin);
            }
        }
    }

    public void Dispose() => _watch.Dispose();

    private void Add(NamedNamespace added, Action<HostNamespace> begin)
    {
        // A namespace may have several names; served under two, each of its connections would be two.
        if (namespaces.All.FirstOrDefault(served => served.NetworkNamespace.Inode == added.Inode) is { } same)
        {
            log.NamespaceServedAlready(added.Name, same.Name);
            return;
        }

        HostNamespace? opened = null;
        try
        {
            opened = namespaces.Add(added.Name);
            StartupChecks.Run(opened);
            begin(opened);
            log.NamespaceAdded(added.Name);
        }
        catch (Exception failure) when (failure is StartupException || StartupFailures.Describe(failure) is not null || KernelSockets.IsKernelFailure(failure))
        {
            if (opened is not null)
                namespaces.Remove(opened);
            // Whoever starts the daemon by hand should learn at once what it lacks.
            if (_starting && namespaces.Selection.Awaited.Contains(added.Name))
                throw failure as StartupException ?? new StartupException($"a network namespace cannot be served: {failure.Message}", failure);
            log.NamespaceNotServed(added.Name, failure.Message);
        }
    }
}
