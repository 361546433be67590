using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.Native.Namespaces;
using Namespace = Mptcp.Control.V1.Namespace;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Network namespaces as answers show them.</summary>
internal static class NamespaceMapping
{
    /// <param name="namespaces">Those that the daemon serves.</param>
    /// <param name="named">Those that have a name, ordered by it.</param>
    public static IEnumerable<Namespace> ToProto(HostNamespaces namespaces, IReadOnlyList<NamedNamespace> named)
    {
        var own = NetworkNamespace.Own.Inode;
        var known = new HashSet<NamedNamespace>();
        foreach (var served in namespaces.All)
        {
            var one = new NamedNamespace(served.Name, served.NetworkNamespace.Inode);
            known.Add(one);
            var told = ToProto(one, own);
            told.Served = true;
            told.Default = served.Name == namespaces.Selection.Default;
            yield return told;
        }

        // A name may have been given to another namespace a moment ago.
        foreach (var one in named.Where(one => !known.Contains(one)))
            yield return ToProto(one, own);
    }

    private static Namespace ToProto(NamedNamespace one, ulong own) => new() { Name = one.Name, Own = one.Inode == own, Inode = one.Inode };
}
