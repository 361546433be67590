using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>Addresses of the userspace path manager: announced, listed, withdrawn.</summary>
public class AnnouncementTests
{
    const byte Id = 5;

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task The_peer_hears_of_an_announced_address_and_of_its_withdrawal(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        foreach (var host in new[] { hosts.Client.Host, hosts.Server.Host })
            host.SetSysctl("net.ipv4.tcp_timestamps", "0"); // they leave no room for an IPv6 address with a port
        var (actor, peer) = await hosts.ConnectAsync(kind, side);

        actor.PathManager.Announce(actor.Token, new Endpoint(actor.Address(2)) { Id = Id, Port = 4567 });
        var announced = await peer.Events.FirstAsync(PathManagerEventType.AddressAnnounced);
        actor.PathManager.Withdraw(actor.Token, Id);
        var removed = await peer.Events.FirstAsync(PathManagerEventType.AddressRemoved);

        Assert.Equal((peer.Token, Id), (announced.Token, announced.RemoteId));
        Assert.Equal(new IPEndPoint(actor.Address(2), 4567), announced.Remote);
        Assert.Equal((peer.Token, Id), (removed.Token, removed.RemoteId));
        Assert.Empty(actor.Events.OfType(PathManagerEventType.AddressAnnounced));
        Assert.Empty(actor.Events.OfType(PathManagerEventType.AddressRemoved));
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_connections_local_addresses_are_listed_with_their_ids(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, _) = await hosts.ConnectAsync(kind, side);
        var before = actor.PathManager.ListLocalAddresses(actor.Token);

        var address = new Endpoint(actor.Address(2)) { Id = Id, Port = 4567, InterfaceIndex = actor.Host.Host.GetPath(2).InterfaceIndex };
        actor.PathManager.Announce(actor.Token, address);

        var expected = address with { Flags = EndpointFlags.Signal };
        Assert.DoesNotContain(before, known => known.Id == Id);
        Assert.Equal(expected, Assert.Single(actor.PathManager.ListLocalAddresses(actor.Token), known => known.Id == Id));
        Assert.Equal(expected, actor.PathManager.GetLocalAddress(actor.Token, Id));

        actor.PathManager.Withdraw(actor.Token, Id);
        Assert.Equal(before, actor.PathManager.ListLocalAddresses(actor.Token));
    }

    // The contract warns of it: the port of AnnouncedAddress is not always one that was announced.
    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task An_address_announced_without_a_port_arrives_with_that_of_the_connection(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(kind, side);

        actor.PathManager.Announce(actor.Token, new Endpoint(actor.Address(2)) { Id = Id });
        var announced = await peer.Events.FirstAsync(PathManagerEventType.AddressAnnounced);

        Assert.Equal(new IPEndPoint(actor.Address(2), peer.Connection.RemoteEndPoint.Port), announced.Remote);
    }
}
