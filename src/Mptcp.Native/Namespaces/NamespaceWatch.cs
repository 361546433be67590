using Mptcp.Native.Interop;

namespace Mptcp.Native.Namespaces;

/// <summary>
/// Watches the names of network namespaces come and go. A name that goes and comes again between two looks is told as both
/// (before Linux 6.8 only where it is another namespace's then), and one that comes and goes as neither. No capability is
/// needed. One thread at a time may use it.
/// </summary>
/// <remarks>
/// A name is a file on which the namespace is mounted, or a symbolic link to a file of a namespace. Directories tell of files
/// and links and not of mounts, so the process's mounts are watched too: in the mount namespace that it was started in.
/// </remarks>
public sealed class NamespaceWatch : IDisposable
{
    private readonly string _directory;
    private readonly DirectoryWatch _watch = new();
    private SortedDictionary<string, FileIdentity> _known = new(StringComparer.Ordinal);

    internal NamespaceWatch(string directory)
    {
        _directory = directory;
        try
        {
            // There may be no directory until the first name is made.
            _watch.TryAdd(Path.GetDirectoryName(directory)!);
        }
        catch
        {
            _watch.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Is readable when names may have come or gone. After adding it to an <see cref="EventPoller"/>, call <see cref="Receive"/>
    /// once: what happened before may not make it readable.
    /// </summary>
    public SafeDescriptor Descriptor => _watch.Descriptor;

    /// <summary>Begins to watch the names below <see cref="NetworkNamespace.NamesDirectory"/>.</summary>
    /// <exception cref="SystemCallException">The user has too many watches, or there is no /proc.</exception>
    public static NamespaceWatch Open() => new(NetworkNamespace.NamesDirectory);

    /// <summary>Looks which names came and went since the last call; the first call tells of all there are.</summary>
    /// <param name="events">Receives what happened: what went before what came, each ordered by name.</param>
    /// <exception cref="SystemCallException">The directory is not for this process, or the user has too many watches.</exception>
    public void Receive(ICollection<NamespaceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        // In this order: what happens after the look makes the descriptor readable.
        _watch.Clear();
        _watch.TryAdd(_directory);
        var found = NamespaceNames.Read(_directory);

        foreach (var (name, identity) in _known)
        {
            if (!found.TryGetValue(name, out var now) || now != identity)
                events.Add(new NamespaceRemoved(new NamedNamespace(name, identity.Inode)));
        }

        foreach (var (name, identity) in found)
        {
            if (!_known.TryGetValue(name, out var before) || before != identity)
                events.Add(new NamespaceAdded(new NamedNamespace(name, identity.Inode)));
        }

        _known = found;
    }

    /// <inheritdoc />
    public void Dispose() => _watch.Dispose();
}
