using System.Net;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;
using static Mptcp.Native.PathManagement.PathManagerEventType;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>Endpoints and limits, and what the in-kernel path manager makes of them.</summary>
public class KernelPathManagerTests
{
    const byte Id = 3;

    public static TheoryData<AddressKind> Kinds { get; } = new(Enum.GetValues<AddressKind>());

    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_subflow_endpoint_makes_a_subflow_which_goes_when_it_is_deleted(AddressKind kind)
    {
        await using var hosts = await CreateReachableAsync(kind);
        hosts.Client.PathManager.AddEndpoint(new Endpoint(Address(hosts.Client, kind)) { Id = Id, Flags = Subflow(kind) });
        var (client, server) = await hosts.ConnectAsync(kind, Side.Client);

        var here = await client.Events.FirstAsync(SubflowEstablished);
        var there = await server.Events.FirstAsync(SubflowEstablished);
        client.PathManager.DeleteEndpoint(Id);
        var closed = await client.Events.FirstAsync(SubflowClosed);
        await server.Events.FirstAsync(SubflowClosed);

        Assert.Equal((client.Address(2), Id), (here.Local!.Address, here.LocalId));
        Assert.Equal((here.Remote, here.Local, Id), (there.Local, there.Remote, there.RemoteId));
        Assert.Equal((here.Local, here.Remote), (closed.Local, closed.Remote));
        Assert.Empty(client.PathManager.ListEndpoints());
    }

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_signal_endpoint_is_announced_to_the_peer_and_withdrawn_when_it_is_deleted(AddressKind kind, Side side)
    {
        await using var hosts = await CreateAsync();
        var own = side == Side.Client ? hosts.Client : hosts.Server;
        own.PathManager.AddEndpoint(new Endpoint(Address(own, kind)) { Id = Id, Flags = EndpointFlags.Signal });
        var (actor, peer) = await hosts.ConnectAsync(kind, side);

        var announced = await peer.Events.FirstAsync(AddressAnnounced);
        actor.PathManager.DeleteEndpoint(Id);
        var removed = await peer.Events.FirstAsync(AddressRemoved);

        Assert.Equal((peer.Token, Id, actor.Address(2)), (announced.Token, announced.RemoteId, announced.Remote!.Address));
        Assert.Equal((peer.Token, Id), (removed.Token, removed.RemoteId));
    }

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_client_joins_an_address_that_the_server_signals(AddressKind kind)
    {
        await using var hosts = await CreateAsync();
        hosts.Server.PathManager.AddEndpoint(new Endpoint(Address(hosts.Server, kind)) { Id = Id, Flags = EndpointFlags.Signal });
        var (client, server) = await hosts.ConnectAsync(kind, Side.Client);

        var made = await client.Events.FirstAsync(SubflowEstablished);

        Assert.Equal((server.Address(2), Id), (made.Remote!.Address, made.RemoteId));
    }

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_fullmesh_endpoint_makes_a_subflow_to_every_address_of_the_peer(AddressKind kind)
    {
        await using var hosts = await CreateAsync(paths: 3);
        hosts.Client.PathManager.AddEndpoint(
            new Endpoint(Address(hosts.Client, kind)) { Id = Id, Flags = EndpointFlags.Subflow | EndpointFlags.FullMesh });
        hosts.Server.PathManager.AddEndpoint(new Endpoint(Address(hosts.Server, kind)) { Id = 4, Flags = EndpointFlags.Signal });
        hosts.Server.PathManager.AddEndpoint(new Endpoint(kind.FurtherAddress(hosts.Server.Host, 3)) { Id = 5, Flags = EndpointFlags.Signal });

        var (client, _) = await hosts.ConnectAsync(kind, Side.Client);

        foreach (byte id in new[] { 4, 5 })
            await client.Events.FirstAsync(SubflowEstablished, told => told.LocalId == Id && told.RemoteId == id);
    }

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_backup_endpoint_makes_backups_and_the_peer_hears_when_that_changes(AddressKind kind)
    {
        await using var hosts = await CreateReachableAsync(kind);
        hosts.Client.PathManager.AddEndpoint(
            new Endpoint(Address(hosts.Client, kind)) { Id = Id, Flags = Subflow(kind) | EndpointFlags.Backup });
        var (client, server) = await hosts.ConnectAsync(kind, Side.Client);

        Assert.True((await server.Events.FirstAsync(SubflowEstablished)).Backup);
        client.PathManager.SetEndpointFlags(Id, Subflow(kind));
        Assert.False((await server.Events.FirstAsync(SubflowPriority)).Backup);
        client.PathManager.SetEndpointFlags(Id, Subflow(kind) | EndpointFlags.Backup);
        await server.Events.FirstAsync(SubflowPriority, told => told.Backup == true);

        Assert.Empty(client.Events.OfType(SubflowPriority));
        Assert.Equal(Subflow(kind) | EndpointFlags.Backup, client.PathManager.GetEndpoint(Id).Flags);
    }

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task Flushing_ends_every_subflow_and_deletes_every_endpoint(AddressKind kind)
    {
        await using var hosts = await CreateReachableAsync(kind, paths: 3);
        foreach (var path in new[] { 2, 3 })
        {
            hosts.Client.PathManager.AddEndpoint(
                new Endpoint(kind.FurtherAddress(hosts.Client.Host, path)) { Id = (byte)path, Flags = Subflow(kind) });
        }

        var (client, server) = await hosts.ConnectAsync(kind, Side.Client);
        foreach (byte id in new[] { 2, 3 })
            await client.Events.FirstAsync(SubflowEstablished, told => told.LocalId == id);

        client.PathManager.FlushEndpoints();

        foreach (byte id in new[] { 2, 3 })
            await server.Events.FirstAsync(SubflowClosed, told => told.RemoteId == id);
        Assert.Empty(client.PathManager.ListEndpoints());
    }

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task Deleting_the_initial_address_ends_the_initial_subflow(AddressKind kind)
    {
        await using var hosts = await CreateReachableAsync(kind);
        hosts.Client.PathManager.AddEndpoint(new Endpoint(Address(hosts.Client, kind)) { Id = Id, Flags = Subflow(kind) });
        var (client, server) = await hosts.ConnectAsync(kind, Side.Client);
        await server.Events.FirstAsync(SubflowEstablished);
        var initial = client.Connection.LocalEndPoint;

        client.PathManager.DeleteInitialAddress(client.Host.Host.GetPath(1).Address(kind.InitialFamily()));

        var closed = await client.Events.FirstAsync(SubflowClosed);
        Assert.Equal((initial.Port, (byte)0), (closed.Local!.Port, closed.LocalId));
    }

    [LabFact]
    public async Task A_limit_of_no_subflows_keeps_endpoints_from_making_any()
    {
        await using var hosts = await TwoHosts.CreateAsync(pathManager: PathManagerKind.Kernel);
        hosts.Client.PathManager.AddEndpoint(new Endpoint(Address(hosts.Client, AddressKind.IPv4)) { Id = Id, Flags = EndpointFlags.Subflow });
        hosts.Client.PathManager.SetLimits(subflows: 0, acceptedAddresses: null);
        var (limited, _) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        hosts.Client.PathManager.SetLimits(subflows: 1, acceptedAddresses: null);
        var (allowed, _) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);

        await hosts.Client.Events.FirstAsync(SubflowEstablished, told => told.Token == allowed.Token);

        Assert.DoesNotContain(hosts.Client.Events.OfType(SubflowEstablished), told => told.Token == limited.Token);
    }

    [LabFact]
    public async Task Limits_are_read_as_they_were_set_and_one_can_be_left()
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1, PathManagerKind.Kernel);
        var paths = hosts.Client.PathManager;

        paths.SetLimits(subflows: 5, acceptedAddresses: 3);
        Assert.Equal(new EndpointLimits(5, 3), paths.GetLimits());
        paths.SetLimits(subflows: null, acceptedAddresses: 4);
        Assert.Equal(new EndpointLimits(5, 4), paths.GetLimits());
        paths.SetLimits(subflows: 6, acceptedAddresses: null);
        Assert.Equal(new EndpointLimits(6, 4), paths.GetLimits());
    }

    [LabFact]
    public async Task Endpoints_are_listed_by_their_ids_with_all_that_they_were_given()
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1, PathManagerKind.Kernel);
        var (paths, path) = (hosts.Client.PathManager, hosts.Client.Host.GetPath(1));
        var signal = new Endpoint(path.IPv6) { Id = 9, Port = 4567, Flags = EndpointFlags.Signal };
        var subflow = new Endpoint(path.IPv4)
        {
            Id = 2,
            Flags = EndpointFlags.Subflow | EndpointFlags.Backup,
            InterfaceIndex = path.InterfaceIndex,
        };

        paths.AddEndpoint(signal);
        paths.AddEndpoint(subflow);
        paths.AddEndpoint(new Endpoint(IPAddress.Parse("198.18.99.1")) { Flags = EndpointFlags.Subflow });

        var listed = paths.ListEndpoints();
        Assert.Equal([subflow, signal], listed.Where(endpoint => endpoint.Id is 2 or 9));
        Assert.Equal(3, listed.Count);
        Assert.Equal(signal, paths.GetEndpoint(9));
        Assert.All(listed, endpoint => Assert.NotEqual(0, endpoint.Id));
    }

    static IPAddress Address(HostUnderTest host, AddressKind kind) => kind.FurtherAddress(host.Host, 2);

    // To another family than that of the connection there is no way but to an address that the peer signals.
    static EndpointFlags Subflow(AddressKind kind) =>
        kind == AddressKind.IPv4OnIPv6 ? EndpointFlags.Subflow | EndpointFlags.FullMesh : EndpointFlags.Subflow;

    static async Task<TwoHosts> CreateReachableAsync(AddressKind kind, int paths = 2)
    {
        var hosts = await CreateAsync(paths);
        if (kind == AddressKind.IPv4OnIPv6)
            hosts.Server.PathManager.AddEndpoint(new Endpoint(Address(hosts.Server, kind)) { Id = 4, Flags = EndpointFlags.Signal });
        return hosts;
    }

    static async Task<TwoHosts> CreateAsync(int paths = 2)
    {
        var hosts = await TwoHosts.CreateAsync(paths, PathManagerKind.Kernel);
        foreach (var host in new[] { hosts.Client, hosts.Server })
            host.PathManager.SetLimits(subflows: 8, acceptedAddresses: 8);
        return hosts;
    }
}
