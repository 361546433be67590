using System.Net;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Addresses that the daemon announces, listens at and withdraws.</summary>
public class AddressTests(ServedLab served) : IClassFixture<ServedLab>
{
    const uint Id = 5;

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } =
        new(System.Enum.GetValues<AddressKind>(), System.Enum.GetValues<Side>());

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task Both_ends_know_an_announced_address_until_it_is_withdrawn(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var address = pair.Local(path: 2);

        var response = await AnnounceAsync(pair, address);
        var announced = await pair.Watch.FirstAsync(EventType.AddressAnnounced, told => told.Token == pair.PeerToken);

        Assert.Equal((Id, address, false), (response.Address.Id, response.Address.Address, response.Listening));
        Assert.Equal((Id, address.Address), (announced.Address.Id, announced.Address.Address.Address));
        Assert.Equal(response.Address, Assert.Single((await pair.GetAsync()).LocalAddresses));
        Assert.Equal(announced.Address, Assert.Single((await pair.GetPeerAsync()).RemoteAddresses));

        await WithdrawAsync(pair);
        var removed = await pair.Watch.FirstAsync(EventType.AddressRemoved, told => told.Token == pair.PeerToken);

        Assert.Equal(announced.Address, removed.Address);
        Assert.Empty((await pair.GetAsync()).LocalAddresses);
        Assert.Empty((await pair.GetPeerAsync()).RemoteAddresses);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task The_peer_can_join_at_an_address_that_the_daemon_listens_at(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        pair.Pair.Listener.Dispose();

        Assert.True((await AnnounceAsync(pair, pair.Local(path: 2), listen: true)).Listening);
        var subflow = await JoinFromPeerAsync(pair);
        var before = Carried(pair);

        Assert.Equal(SubflowState.Established, subflow.State);
        await pair.Pair.LoadUntilAsync("bytes on the second path", () => Carried(pair) - before > 100_000, Cancellation);

        static long Carried(ServedPair pair) => pair.Host.ReadCounters(2).SentBytes + pair.Host.ReadCounters(2).ReceivedBytes;
    }

    [LabTheory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task The_peer_can_join_at_an_announced_port(Side side)
    {
        await using var pair = await served.ConnectAsync(AddressKind.IPv4, side);

        Assert.True((await AnnounceAsync(pair, pair.Local(path: 2, port: 4567), listen: true)).Listening);
        var subflow = await JoinFromPeerAsync(pair);

        Assert.Equal((SubflowState.Established, 4567u), (subflow.State, subflow.Remote.Port));
    }

    [LabFact]
    public async Task Nothing_is_opened_where_an_application_listens_already()
    {
        await using var pair = await served.ConnectAsync(AddressKind.IPv4, Side.Server);

        Assert.False((await AnnounceAsync(pair, pair.Local(path: 2), listen: true)).Listening);
        Assert.Equal(SubflowState.Established, (await JoinFromPeerAsync(pair)).State);
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    public async Task A_listener_ends_when_its_address_is_withdrawn(AddressKind kind)
    {
        await using var pair = await served.ConnectAsync(kind);
        await AnnounceAsync(pair, pair.Local(path: 2), listen: true);
        var created = await OwnListenerAsync(pair, EventType.ListenerCreated);
        await JoinFromPeerAsync(pair);

        await WithdrawAsync(pair);

        Assert.Equal(created.Listener, (await OwnListenerAsync(pair, EventType.ListenerClosed)).Listener);
    }

    [LabFact]
    public async Task A_refused_announcement_leaves_the_listener_of_an_earlier_one_with_its_id()
    {
        await using var pair = await served.ConnectAsync(AddressKind.IPv4);
        Assert.True((await AnnounceAsync(pair, pair.Local(path: 2, port: 4569), listen: true)).Listening);

        await Assert.ThrowsAsync<RpcException>(() => AnnounceAsync(pair, pair.Local(path: 2, port: 4570), listen: true));

        var subflow = await JoinFromPeerAsync(pair);
        Assert.Equal((SubflowState.Established, 4569u), (subflow.State, subflow.Remote.Port));
    }

    [LabFact]
    public async Task Connections_that_announce_the_same_place_share_its_listener_until_the_last_one_ends()
    {
        await using var first = await served.ConnectAsync(AddressKind.IPv4);
        await using var second = await served.ConnectAsync(AddressKind.IPv4);
        Assert.True((await AnnounceAsync(first, first.Local(path: 2, port: 4568), listen: true)).Listening);
        Assert.True((await AnnounceAsync(second, second.Local(path: 2, port: 4568), listen: true)).Listening);

        await WithdrawAsync(first);

        Assert.Equal(SubflowState.Established, (await JoinFromPeerAsync(second)).State);
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    public async Task A_listener_ends_with_its_connection(AddressKind kind)
    {
        await using var pair = await served.ConnectAsync(kind);
        await AnnounceAsync(pair, pair.Local(path: 2), listen: true);

        pair.Connection.Dispose();

        await OwnListenerAsync(pair, EventType.ListenerClosed);
    }

    // What was joined there before leaves sockets behind, which are no listeners.
    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    public async Task An_address_that_was_withdrawn_can_be_announced_and_joined_again(AddressKind kind)
    {
        await using var pair = await served.ConnectAsync(kind);
        await AnnounceAsync(pair, pair.Local(path: 2), listen: true);
        await JoinFromPeerAsync(pair);
        await WithdrawAsync(pair);
        await pair.Watch.FirstAsync(EventType.AddressRemoved, told => told.Token == pair.PeerToken);

        Assert.True((await AnnounceAsync(pair, pair.Local(path: 2), listen: true)).Listening);

        Assert.Equal(SubflowState.Established, (await JoinFromPeerAsync(pair)).State);
    }

    // The kernel has one entry for the announced address and for the subflow's, and forgets it with the subflow.
    [LabTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_announced_address_is_no_longer_known_when_the_subflow_from_it_is_destroyed(bool byDaemon)
    {
        await using var pair = await served.ConnectAsync();
        await AnnounceAsync(pair, pair.Local(path: 2));
        var subflow = await pair.JoinAsync(path: 2);
        Assert.Equal(Id, subflow.LocalId);
        using var commands = new HostUnderTest(pair.Host);

        if (byDaemon)
        {
            await served.Connections.DestroySubflowAsync(
                new DestroySubflowRequest { Namespace = pair.Namespace, Token = pair.Token, Local = subflow.Local, Remote = subflow.Remote });
        }
        else
        {
            commands.PathManager.DestroySubflow(pair.Token, new(EndPoint(subflow.Local), EndPoint(subflow.Remote)));
        }

        var updated = await pair.Watch.FirstAsync(
            EventType.ConnectionUpdated,
            told => told.Token == pair.Token && told.Connection.LocalAddresses.Count == 0 && told.Origin == EventOrigin.Reconciled
                && told.Connection.Subflows.Count == 1);
        Assert.Empty(updated.Connection.LocalAddresses);
        Assert.Empty(commands.PathManager.ListLocalAddresses(pair.Token));
        Assert.Empty((await pair.GetAsync()).LocalAddresses);

        static IPEndPoint EndPoint(SocketAddress address) => new(IPAddress.Parse(address.Address), (int)address.Port);
    }

    // Closing first leaves a socket in TIME_WAIT at the port for a minute.
    [LabFact]
    public async Task A_port_can_be_listened_at_for_the_next_connection()
    {
        await using (var first = await served.ConnectAsync())
        {
            await AnnounceAsync(first, first.Local(path: 3, port: 4568), listen: true);
            await JoinFromPeerAsync(first);
            first.Connection.Dispose();
            await first.Watch.FirstAsync(EventType.ListenerClosed, told => told.Listener.Port == 4568);
        }

        await using var second = await served.ConnectAsync();

        Assert.True((await AnnounceAsync(second, second.Local(path: 3, port: 4568), listen: true)).Listening);
        Assert.Equal(SubflowState.Established, (await JoinFromPeerAsync(second)).State);
    }

    async Task<AnnounceAddressResponse> AnnounceAsync(ServedPair pair, SocketAddress address, bool listen = false) =>
        await served.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest { Namespace = pair.Namespace, Token = pair.Token, Address = address, AddressId = Id, Listen = listen });

    async Task WithdrawAsync(ServedPair pair) => await served.Connections.WithdrawAddressAsync(
        new WithdrawAddressRequest { Namespace = pair.Namespace, Token = pair.Token, AddressId = Id });

    /// <summary>Has the peer do what a controller there would: join where it was told it may.</summary>
    async Task<Subflow> JoinFromPeerAsync(ServedPair pair)
    {
        await KnowAddressAsync(pair);
        var target = Assert.Single((await pair.GetPeerAsync()).RemoteAddresses).Address;
        var request = new CreateSubflowRequest
        {
            Namespace = pair.PeerNamespace,
            Token = pair.PeerToken,
            Local = pair.PeerLocal(path: 2),
            Remote = target,
            Wait = ServedPair.LongWait,
        };
        return (await served.Connections.CreateSubflowAsync(request)).Subflow;
    }

    static Task KnowAddressAsync(ServedPair pair) => Lab.LabWait.UntilAsync(
        "the peer to know the address", async _ => (await pair.GetPeerAsync()).RemoteAddresses.Count > 0, cancellationToken: Cancellation);

    static Task<Event> OwnListenerAsync(ServedPair pair, EventType type) => pair.Watch.FirstAsync(
        type, told => told.Namespace == pair.Namespace && told.Listener.Address == pair.Local(path: 2).Address);
}
