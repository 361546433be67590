using System.IO.Enumeration;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Kernel.Namespaces;

/// <summary>Which network namespaces the daemon shall serve.</summary>
/// <param name="entries">
/// Names below <see cref="NetworkNamespace.NamesDirectory"/>, patterns of such names with <c>*</c> and <c>?</c>, paths, and
/// <see cref="Own"/> for the daemon's own; none means the own one.
/// </param>
internal sealed class NamespaceSelection(IReadOnlyList<string> entries)
{
    /// <summary>The name of the daemon's own namespace.</summary>
    public const string Own = "self";

    private readonly IReadOnlyList<string> _entries = entries.Count == 0 ? [Own] : entries;

    /// <summary>The namespace of requests that name none; null where it is for a pattern to say.</summary>
    public string? Default => IsPattern(_entries[0]) ? null : _entries[0];

    /// <summary>Those that are there as long as the daemon is: its own, and those that paths name.</summary>
    public IEnumerable<string> Fixed => _entries.Where(IsFixed);

    /// <summary>Names that are served whenever there are such namespaces.</summary>
    public IEnumerable<string> Awaited => _entries.Where(entry => !IsFixed(entry) && !IsPattern(entry));

    /// <summary>Whether namespaces are served that come and go.</summary>
    public bool IsOpen => _entries.Any(entry => !IsFixed(entry));

    /// <summary>Whether a namespace of this name shall be served.</summary>
    /// <param name="name">A name below <see cref="NetworkNamespace.NamesDirectory"/>.</param>
    public bool Includes(string name) => OrderOf(name) < _entries.Count && !IsFixed(name);

    /// <summary>The place of a namespace among those served: the order of the entries that name them.</summary>
    public int OrderOf(string name)
    {
        for (var place = 0; place < _entries.Count; place++)
        {
            if (_entries[place] == name || (IsPattern(_entries[place]) && FileSystemName.MatchesSimpleExpression(_entries[place], name, ignoreCase: false)))
                return place;
        }

        return _entries.Count;
    }

    /// <summary>Opens a namespace of a name or path.</summary>
    public static NetworkNamespace Open(string name) => name == Own ? NetworkNamespace.Own : NetworkNamespace.Find(name);

    private static bool IsFixed(string entry) => entry == Own || entry.Contains('/', StringComparison.Ordinal);

    private static bool IsPattern(string entry) => !IsFixed(entry) && entry.AsSpan().ContainsAny('*', '?');
}
