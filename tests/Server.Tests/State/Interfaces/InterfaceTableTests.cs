using System.Net;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Tests.State.Interfaces;

public sealed class InterfaceTableTests
{
    private const LinkFlags Running = LinkFlags.Up | LinkFlags.LowerUp | LinkFlags.Running;

    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly List<StateEvent> _told = [];
    private readonly JumpingClock _time = new();
    private readonly InterfaceTable _table;

    public InterfaceTableTests()
    {
        _table = new InterfaceTable("blue", _told.Add, _time);
    }

    private static NetworkLink Link { get; } = new(2, "path1")
    {
        Flags = Running | LinkFlags.Broadcast,
        State = OperationalState.Up,
        HasCarrier = true,
        Mtu = 1500,
        HardwareAddress = "02:00:00:00:00:01",
    };

    [Fact]
    public void A_link_is_told_when_it_is_new_when_it_changes_and_when_it_is_gone()
    {
        Apply(new LinkChanged(Link));
        var added = Told(StateEventType.InterfaceAdded);
        Assert.Equal(("blue", Noon, StateEventOrigin.Kernel, StateEventCause.None), (added.Namespace, added.Time, added.Origin, added.Cause));
        Assert.Equal((Link, 0), (added.Interface!.Link, added.Interface.Addresses.Count));

        Apply(new LinkChanged(Link with { Name = "renamed" }));
        Assert.Equal("renamed", Told(StateEventType.InterfaceChanged).Interface!.Link.Name);

        Apply(new LinkRemoved(Link.Index, "renamed"));
        Assert.Equal("renamed", Told(StateEventType.InterfaceRemoved).Interface!.Link.Name);
        Assert.Empty(_table.List());
    }

    public static TheoryData<NetworkLink> ShownChanges => new(
        Link with { Name = "other" },
        Link with { Kind = "veth" },
        Link with { HardwareType = 1 },
        Link with { HardwareAddress = "02:00:00:00:00:02" },
        Link with { Mtu = 1400 },
        Link with { HasCarrier = false },
        Link with { State = OperationalState.Dormant },
        Link with { MasterIndex = 7 },
        Link with { Flags = Link.Flags & ~LinkFlags.Up },
        Link with { Flags = Link.Flags & ~LinkFlags.LowerUp },
        Link with { Flags = Link.Flags & ~LinkFlags.Running },
        Link with { Flags = Link.Flags | LinkFlags.Loopback },
        Link with { Flags = Link.Flags | LinkFlags.PointToPoint });

    [Theory]
    [MemberData(nameof(ShownChanges))]
    public void What_is_shown_of_a_link_is_told_when_it_changes(NetworkLink changed)
    {
        Know(Link);
        Apply(new LinkChanged(changed));
        Assert.Equal(changed, Told(StateEventType.InterfaceChanged).Interface!.Link);
        Assert.Equal(changed, Assert.Single(_table.List()).Link);
    }

    [Fact]
    public void What_nobody_is_shown_of_a_link_is_told_to_nobody()
    {
        Know(Link);
        Apply(new LinkChanged(Link));
        Apply(new LinkChanged(Link with { LowerIndex = 9 }));
        Apply(new LinkChanged(Link with { Flags = Link.Flags | LinkFlags.Multicast | (LinkFlags)0x200 }));
        Assert.Empty(_told);
    }

    [Fact]
    public void A_link_that_goes_down_is_told_once_with_what_that_makes_of_its_addresses()
    {
        Know(Link, Address("198.18.1.1"), Address("2001:db8::1", 64));
        Apply(new LinkChanged(Link with { Flags = LinkFlags.None, State = OperationalState.Down }));

        var (link, addresses) = Told(StateEventType.InterfaceChanged).Interface!;
        Assert.Equal([AddressUsability.LinkDown, AddressUsability.LinkDown], addresses.Select(address => address.UsabilityOn(link)));
    }

    [Fact]
    public void An_address_is_told_when_it_is_new_when_it_changes_and_when_it_is_gone()
    {
        Know(Link);
        var tentative = Address("2001:db8::1", 64) with { Flags = AddressFlags.Tentative | AddressFlags.Permanent };
        Apply(new AddressChanged(tentative));
        Assert.Equal(new LocalAddress(Link, tentative), Told(StateEventType.LocalAddressAdded).LocalAddress);

        var settled = tentative with { Flags = AddressFlags.Permanent };
        Apply(new AddressChanged(settled));
        Assert.Equal(new LocalAddress(Link, settled), Told(StateEventType.LocalAddressChanged).LocalAddress);
        Assert.Equal([settled], Assert.Single(_table.List()).Addresses);

        Apply(new AddressRemoved(settled));
        Assert.Equal(new LocalAddress(Link, settled), Told(StateEventType.LocalAddressRemoved).LocalAddress);
        Assert.Empty(Assert.Single(_table.List()).Addresses);

        Apply(new AddressRemoved(settled));
        Assert.Empty(_told);
    }

    [Theory]
    [MemberData(nameof(JumpingClock.Years), MemberType = typeof(JumpingClock))]
    public void Lifetimes_alone_are_no_change_and_pass_whatever_becomes_of_the_clock(int years)
    {
        var leased = Address("198.18.1.1") with { ValidLifetime = TimeSpan.FromSeconds(1000), PreferredLifetime = TimeSpan.FromSeconds(5) };
        Know(Link, leased);
        _time.Advance(TimeSpan.FromSeconds(1));
        Apply(new AddressChanged(leased with { ValidLifetime = TimeSpan.FromSeconds(2000) }), Noon.AddSeconds(1));
        Assert.Empty(_told);

        _time.Jump(years);
        _time.Advance(TimeSpan.FromSeconds(10.5));
        var address = Assert.Single(Assert.Single(_table.List()).Addresses);
        Assert.Equal((TimeSpan.FromSeconds(1990), TimeSpan.Zero), (address.ValidLifetime, address.PreferredLifetime));

        Apply(new AddressChanged(leased with { Flags = AddressFlags.Deprecated }));
        Told(StateEventType.LocalAddressChanged);
    }

    [Fact]
    public void The_same_IPv4_address_may_be_there_several_times()
    {
        Know(Link);
        InterfaceAddress[] several =
        [
            Address("198.18.1.1", 24), Address("198.18.1.1"),
            Address("198.18.1.1") with { Peer = IPAddress.Parse("198.18.1.2") },
            Address("198.18.1.1") with { Peer = IPAddress.Parse("198.18.1.3") },
        ];
        foreach (var address in several)
            Apply(new AddressChanged(address));
        Assert.All(_told, told => Assert.Equal(StateEventType.LocalAddressAdded, told.Type));
        Assert.Equal(several, Assert.Single(_table.List()).Addresses);

        Apply(new AddressRemoved(several[2]));
        Assert.Equal([several[0], several[1], several[3]], Assert.Single(_table.List()).Addresses);
    }

    [Fact]
    public void An_IPv6_address_that_gets_a_peer_stays_the_same()
    {
        Know(Link, Address("2001:db8::1", 64));
        Apply(new AddressChanged(Address("2001:db8::1", 64) with { Peer = IPAddress.Parse("2001:db8::2") }));
        Assert.Equal("2001:db8::2", Told(StateEventType.LocalAddressChanged).LocalAddress!.Address.Peer?.ToString());
    }

    [Fact]
    public void An_interface_that_is_gone_is_told_once_as_it_was_and_takes_its_addresses_with_it()
    {
        var (first, second) = (Address("198.18.1.1"), Address("198.18.1.2"));
        Know(Link, first, second);
        Apply(new AddressRemoved(first));
        Told(StateEventType.LocalAddressRemoved);

        Apply(new LinkRemoved(Link.Index, Link.Name));
        Assert.Equal([second], Told(StateEventType.InterfaceRemoved).Interface!.Addresses);

        Apply(new LinkChanged(Link));
        Assert.Empty(Told(StateEventType.InterfaceAdded).Interface!.Addresses);
    }

    [Fact]
    public void An_address_waits_for_its_interface()
    {
        Apply(new AddressChanged(Address("198.18.1.1")));
        Assert.Empty(_told);
        Assert.Empty(_table.List());

        Apply(new LinkChanged(Link));
        Assert.Single(Told(StateEventType.InterfaceAdded).Interface!.Addresses);
    }

    [Fact]
    public void A_comparison_tells_every_difference_and_nothing_else()
    {
        var (stays, changes, goes, comes) = (Address("198.18.1.1"), Address("198.18.1.2"), Address("198.18.1.3"), Address("198.18.1.4"));
        var gone = new NetworkLink(3, "gone");
        Know(Link, stays, changes, goes);
        Apply(new LinkChanged(gone));
        _told.Clear();
        var renamed = Link with { Name = "renamed" };
        var changed = changes with { Flags = AddressFlags.Deprecated };
        var made = new NetworkLink(4, "made");
        NetworkInterface[] listed =
        [
            new(renamed, [comes, stays with { ValidLifetime = TimeSpan.FromSeconds(9) }, changed]),
            new(made, [Address("198.18.4.1") with { InterfaceIndex = 4 }]),
        ];

        _table.Reconcile(listed, StateEventCause.KernelLoss, Noon);

        Assert.All(_told, told => Assert.Equal((StateEventOrigin.Reconciled, StateEventCause.KernelLoss), (told.Origin, told.Cause)));
        Assert.Equal(
            [
                (StateEventType.InterfaceRemoved, "gone"),
                (StateEventType.InterfaceChanged, "renamed"),
                (StateEventType.LocalAddressRemoved, "198.18.1.3"),
                (StateEventType.LocalAddressAdded, "198.18.1.4"),
                (StateEventType.LocalAddressChanged, "198.18.1.2"),
                (StateEventType.InterfaceAdded, "made"),
            ],
            _told.Select(told => (told.Type, told.Interface?.Link.Name ?? told.LocalAddress!.Address.Address.ToString())));
        Assert.Single(_told[^1].Interface!.Addresses);
        Assert.Equal(listed.Select(one => one.Link), _table.List().Select(one => one.Link));
        Assert.Equal(listed.SelectMany(one => one.Addresses), _table.List().SelectMany(one => one.Addresses));

        _told.Clear();
        _table.Reconcile(listed, StateEventCause.KernelLoss, Noon);
        Assert.Empty(_told);
    }

    [Fact]
    public void What_was_told_stays_as_it_was()
    {
        Know(Link, Address("198.18.1.1"));
        Apply(new LinkChanged(Link with { Mtu = 1400 }));
        var told = Told(StateEventType.InterfaceChanged).Interface!;
        Apply(new AddressRemoved(Address("198.18.1.1")));
        Assert.Single(told.Addresses);
    }

    private static InterfaceAddress Address(string address, byte prefixLength = 32)
        => new(Link.Index, IPAddress.Parse(address), prefixLength) { Flags = AddressFlags.Permanent };

    private void Know(NetworkLink link, params InterfaceAddress[] addresses)
    {
        _table.Reconcile([new NetworkInterface(link, addresses)], StateEventCause.Start, Noon);
        _told.Clear();
    }

    private void Apply(RouteEvent told, DateTimeOffset? now = null) => _table.Apply(told, now ?? Noon);

    /// <summary>Takes the only event that was told.</summary>
    private StateEvent Told(StateEventType type)
    {
        var told = Assert.Single(_told);
        _told.Clear();
        Assert.Equal(type, told.Type);
        return told;
    }
}
