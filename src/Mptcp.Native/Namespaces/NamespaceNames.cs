using System.Text;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Namespaces;

/// <summary>The names of network namespaces (<c>ip-netns(8)</c>). No capability is needed to read them.</summary>
public static class NamespaceNames
{
    /// <summary>Lists the names below <see cref="NetworkNamespace.NamesDirectory"/>, ordered by name.</summary>
    /// <returns>
    /// None when there is no such directory. Files that are no namespaces are left out: <c>ip netns add</c> makes the file first
    /// and mounts the namespace on it then.
    /// </returns>
    /// <exception cref="SystemCallException">The directory is not for this process.</exception>
    public static IReadOnlyList<NamedNamespace> List()
        => [.. Read(NetworkNamespace.NamesDirectory).Select(named => new NamedNamespace(named.Key, named.Value.Inode))];

    /// <summary>Reads names and which file is behind each.</summary>
    internal static SortedDictionary<string, FileIdentity> Read(string directory)
    {
        var names = new SortedDictionary<string, FileIdentity>(StringComparer.Ordinal);
        using var entries = new DirectoryReader(Encoding.UTF8.GetBytes(directory + '\0'));
        if (entries.Error is { } error && error != Errno.NotFound && error != Errno.NotDirectory)
            throw new SystemCallException($"read {directory}", error);
        while (entries.MoveNext())
        {
            var name = Encoding.UTF8.GetString(entries.Name);
            var path = Path.Join(directory, name);
            if (Libc.IsNamespace(path) && Libc.FindIdentity(path) is { } identity)
                names.Add(name, identity);
        }

        return names;
    }
}
