using System.Collections.Immutable;
using System.Net;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>
/// The addresses of a namespace that can be one end of a path: those of interfaces that are up, but of loopback, and none that are valid
/// on one link or host only.
/// </summary>
internal sealed class HostPaths
{
    private readonly Dictionary<IPAddress, HostPath> _byAddress;
    private readonly HashSet<IPAddress> _there;
    private readonly ImmutableHashSet<IPAddress> _lost;

    private HostPaths(ImmutableArray<HostPath> all, HashSet<IPAddress> there, ImmutableHashSet<IPAddress> lost, long generation)
    {
        All = all;
        (_there, _lost, Generation) = (there, lost, generation);
        _byAddress = all.ToDictionary(path => path.Address);
    }

    /// <summary>A host without any.</summary>
    public static HostPaths None { get; } = new([], [], [], 0);

    /// <summary>All of them, each address once, in the kernel's order.</summary>
    public ImmutableArray<HostPath> All { get; }

    /// <summary>The highest generation that an address was given.</summary>
    public long Generation { get; }

    /// <summary>Finds an address; null where no path can begin from it.</summary>
    public HostPath? Find(IPAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>Whether an interface that is up has an address, whatever can begin from it.</summary>
    public bool Has(IPAddress address) => _there.Contains(address);

    /// <summary>Whether this host had an address and has it no longer. Applications may use addresses that it never had.</summary>
    public bool HasLost(IPAddress address) => _lost.Contains(address);

    /// <summary>Takes the interfaces as they are now.</summary>
    /// <param name="interfaces">Every interface of the namespace.</param>
    /// <param name="used">The addresses that subflows run from: of others it does not matter that they are lost.</param>
    public HostPaths Next(IEnumerable<NetworkInterface> interfaces, IEnumerable<IPAddress> used)
    {
        var generation = Generation;
        var paths = new List<HostPath>();
        var there = new HashSet<IPAddress>();
        foreach (var (link, addresses) in interfaces)
        {
            foreach (var address in addresses)
            {
                var usability = address.UsabilityOn(link);
                if (usability == AddressUsability.LinkDown)
                    continue;
                there.Add(address.Address);
                if (link.Flags.HasFlag(LinkFlags.Loopback) || address.Scope >= AddressScope.Link)
                    continue;
                var before = Find(address.Address);
                var isNew = usability == AddressUsability.Usable && before is not { IsUsable: true };
                paths.Add(new HostPath(
                    link.Index, link.Name, address.Address, usability, isNew ? ++generation : before?.Generation ?? generation));
            }
        }

        // The same address may be on several interfaces, and several times on one.
        var all = paths.GroupBy(path => path.Address, (_, same) => same.OrderByDescending(path => path.IsUsable).First());
        var lost = _lost.Union(_there).Except(there);
        return new HostPaths([.. all], there, lost.IsEmpty ? lost : lost.Intersect(used), generation);
    }
}
