using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Interfaces;

/// <summary>
/// The network interfaces of one namespace. It turns what the kernel tells of links and addresses, and what its lists show, into
/// the next state and into the events that tell of the change. The kernel loop alone calls it.
/// </summary>
/// <param name="namespaceName">The name of the namespace.</param>
/// <param name="publish">Takes each event, in order.</param>
/// <param name="time">Tells how much of addresses' lifetimes has passed.</param>
internal sealed class InterfaceTable(string namespaceName, Action<StateEvent> publish, TimeProvider time)
{
    private readonly SortedDictionary<int, KnownInterface> _interfaces = [];

    /// <summary>Lists every interface as it is now, ordered by index.</summary>
    public IReadOnlyList<NetworkInterface> List()
        => [.. _interfaces.Values.Where(known => known.Link is not null).Select(known => known.AsOfNow(time))];

    /// <summary>Takes what the kernel tells.</summary>
    public void Apply(RouteEvent told, DateTimeOffset now)
    {
        switch (told)
        {
            case LinkChanged changed: Set(changed.Link, now, Provenance.Kernel); break;
            case LinkRemoved removed: Remove(removed.Index, now, Provenance.Kernel); break;
            case AddressChanged changed: Set(changed.Address, now, Provenance.Kernel); break;
            case AddressRemoved removed: Remove(removed.Address.InterfaceIndex, AddressKey.Of(removed.Address), now, Provenance.Kernel); break;
            default: throw new ArgumentOutOfRangeException(nameof(told), told, "a change of a kind that is not known");
        }
    }

    /// <summary>Makes what is known equal to what the kernel lists, and tells each difference.</summary>
    /// <param name="listed">Every interface that there is.</param>
    /// <param name="cause">Why they were compared.</param>
    /// <param name="now">When the list was made.</param>
    public void Reconcile(IReadOnlyList<NetworkInterface> listed, StateEventCause cause, DateTimeOffset now)
    {
        var provenance = Provenance.Reconciled(cause);
        var there = listed.Select(one => one.Link.Index).ToHashSet();
        foreach (var index in _interfaces.Keys.Where(index => !there.Contains(index)).ToList())
            Remove(index, now, provenance);
        foreach (var (link, addresses) in listed)
        {
            // Of a new interface nothing is told before itself, and then with its addresses.
            var isNew = Known(link.Index).Link is null;
            if (!isNew)
                Set(link, now, provenance);
            Reconcile(link.Index, addresses, now, provenance);
            if (isNew)
                Set(link, now, provenance);
        }
    }

    private void Reconcile(int index, IReadOnlyList<InterfaceAddress> listed, DateTimeOffset now, Provenance provenance)
    {
        var there = listed.Select(AddressKey.Of).ToHashSet();
        foreach (var key in Known(index).Addresses.Keys.Where(key => !there.Contains(key)).ToList())
            Remove(index, key, now, provenance);
        foreach (var address in listed)
            Set(address, now, provenance);

        // In the kernel's order from here on.
        var known = Known(index).Addresses;
        known.Clear();
        foreach (var address in listed)
            known[AddressKey.Of(address)] = (address, time.GetTimestamp());
    }

    private void Set(NetworkLink link, DateTimeOffset now, Provenance provenance)
    {
        var known = Known(link.Index);
        var before = known.Link;
        known.Link = link;
        if (before is null)
            Publish(StateEventType.InterfaceAdded, known, now, provenance);
        else if (!Shown.IsSame(before, link))
            Publish(StateEventType.InterfaceChanged, known, now, provenance);
    }

    private void Set(InterfaceAddress address, DateTimeOffset now, Provenance provenance)
    {
        var known = Known(address.InterfaceIndex);
        var key = AddressKey.Of(address);
        var wasThere = known.Addresses.TryGetValue(key, out var before);
        known.Addresses[key] = (address, time.GetTimestamp());
        if (!wasThere)
            Publish(StateEventType.LocalAddressAdded, known.Link, address, now, provenance);
        else if (!Shown.IsSame(before.Told, address))
            Publish(StateEventType.LocalAddressChanged, known.Link, address, now, provenance);
    }

    private void Remove(int index, DateTimeOffset now, Provenance provenance)
    {
        if (_interfaces.Remove(index, out var known) && known.Link is not null)
            Publish(StateEventType.InterfaceRemoved, known, now, provenance);
    }

    private void Remove(int index, AddressKey key, DateTimeOffset now, Provenance provenance)
    {
        if (_interfaces.TryGetValue(index, out var known) && known.Addresses.Remove(key, out var removed))
            Publish(StateEventType.LocalAddressRemoved, known.Link, KnownInterface.AsOfNow(removed, time), now, provenance);
    }

    private KnownInterface Known(int index)
    {
        if (!_interfaces.TryGetValue(index, out var known))
            _interfaces[index] = known = new KnownInterface();
        return known;
    }

    private void Publish(StateEventType type, KnownInterface known, DateTimeOffset now, Provenance provenance)
        => publish(new StateEvent(type, namespaceName, now)
        {
            Interface = known.AsOfNow(time),
            Origin = provenance.Origin,
            Cause = provenance.Cause,
        });

    private void Publish(StateEventType type, NetworkLink? link, InterfaceAddress address, DateTimeOffset now, Provenance provenance)
    {
        if (link is not null)
            publish(new StateEvent(type, namespaceName, now)
            {
                LocalAddress = new LocalAddress(link, address),
                Origin = provenance.Origin,
                Cause = provenance.Cause,
            });
    }
}
