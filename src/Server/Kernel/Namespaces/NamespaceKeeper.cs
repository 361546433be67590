using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Kernel.Namespaces;

/// <summary>Has namespaces served while they have a name that is wanted. The kernel loop's thread alone uses it.</summary>
/// <param name="namespaces">Those that are served.</param>
/// <param name="log">Hears of those that come, go, or cannot be served.</param>
/// <param name="time">The clock of further attempts.</param>
internal sealed class NamespaceKeeper(HostNamespaces namespaces, ILogger log, TimeProvider time) : IDisposable
{
    // What fails for want of descriptors may succeed soon; hundreds of namespaces that lack MPTCP shall not be opened all the time.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly NamespaceWatch _watch = NamespaceWatch.Open();
    private readonly List<NamespaceEvent> _told = [];

    // Names that are there and wanted, and by which nothing is served: for now, or as long as another name serves the same.
    private readonly SortedDictionary<string, Unserved> _unserved = new(StringComparer.Ordinal);
    private string? _blindness;
    private TimeSpan _pause = ShortestPause;
    private long? _tryAgain;
    private bool _starting;

    /// <summary>Is readable when names may have come or gone.</summary>
    public SafeDescriptor Descriptor => _watch.Descriptor;

    /// <summary>How long until what failed is tried again, though no name came or went.</summary>
    public TimeSpan UntilDue => _tryAgain is { } moment ? time.Until(moment) : Timeout.InfiniteTimeSpan;

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

    /// <summary>Looks which names came and went, and tries again to serve those that are wanted and not served.</summary>
    /// <param name="begin">Begins to hear a namespace.</param>
    /// <param name="end">Ends that, once it is served no longer.</param>
    public void Look(Action<HostNamespace> begin, Action<HostNamespace> end)
    {
        var failed = !Receive();
        if (_told.Count > 0)
            _pause = ShortestPause;
        foreach (var told in _told)
        {
            if (told is NamespaceRemoved { Namespace.Name: var gone } && namespaces.Selection.Includes(gone))
                Remove(gone, end);
            else if (told is NamespaceAdded { Namespace: var added } && namespaces.Selection.Includes(added.Name))
                _unserved[added.Name] = new Unserved(added);
        }

        foreach (var unserved in _unserved.Values.ToArray())
            failed |= !TryServe(unserved, begin);
        PlanNext(failed);
    }

    public void Dispose() => _watch.Dispose();

    private bool Receive()
    {
        _told.Clear();
        try
        {
            _watch.Receive(_told);
            _blindness = null;
            return true;
        }
        catch (SystemCallException failure)
        {
            if (_blindness != failure.Message)
                log.NamespacesUnknown(NetworkNamespace.NamesDirectory, failure.Message);
            _blindness = failure.Message;
            return false;
        }
    }

    private void Remove(string gone, Action<HostNamespace> end)
    {
        _unserved.Remove(gone);
        if (namespaces.All.FirstOrDefault(served => served.Name == gone) is not { } served)
            return;
        // Whoever hears of the end finds it no longer, and nothing of it is taken from those who use it before they know.
        namespaces.Remove(served);
        end(served);
        served.Dispose();
        log.NamespaceRemoved(gone);
    }

    /// <summary>Serves a namespace, unless it is by another name.</summary>
    /// <returns>False when it failed, and may succeed later.</returns>
    private bool TryServe(Unserved unserved, Action<HostNamespace> begin)
    {
        // A namespace may have several names; served under two, each of its connections would be two.
        var name = unserved.Named.Name;
        if (namespaces.All.FirstOrDefault(served => served.NetworkNamespace.Inode == unserved.Named.Inode) is { } same)
        {
            if (unserved.IsNews(same.Name))
                log.NamespaceServedAlready(name, same.Name);
            return true;
        }

        HostNamespace? opened = null;
        try
        {
            opened = namespaces.Add(name);
            StartupChecks.Run(opened);
            begin(opened);
            _unserved.Remove(name);
            log.NamespaceAdded(name);
            return true;
        }
        catch (Exception failure) when (failure is StartupException || StartupFailures.Describe(failure) is not null || KernelSockets.IsKernelFailure(failure))
        {
            if (opened is not null)
            {
                namespaces.Remove(opened);
                opened.Dispose();
            }

            // Whoever starts the daemon by hand should learn at once what it lacks.
            if (_starting && namespaces.Selection.Awaited.Contains(name))
                throw failure as StartupException ?? new StartupException($"a network namespace cannot be served: {failure.Message}", failure);
            if (unserved.IsNews(failure.Message))
                log.NamespaceNotServed(name, failure.Message);
            return false;
        }
    }

    private void PlanNext(bool failed)
    {
        _tryAgain = failed ? time.After(_pause) : null;
        var longer = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        _pause = failed ? longer : ShortestPause;
    }

    private sealed class Unserved(NamedNamespace named)
    {
        private string? _told;

        public NamedNamespace Named => named;

        /// <summary>Whether the log has not been told yet why it is not served: of all attempts it hears once.</summary>
        public bool IsNews(string reason)
        {
            var isNews = _told != reason;
            _told = reason;
            return isNews;
        }
    }
}
