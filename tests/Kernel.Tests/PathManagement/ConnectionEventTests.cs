using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>The life of a connection, and of what listens for it.</summary>
public class ConnectionEventTests
{
    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    public static MatrixTheoryData<AddressKind, PathManagerKind> KindsAndPathManagers { get; } =
        new(Enum.GetValues<AddressKind>(), Enum.GetValues<PathManagerKind>());

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_connection_is_told_of_when_it_comes_is_established_and_goes(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, _) = await hosts.ConnectAsync(kind, side);

        var ports = (actor.Connection.LocalEndPoint.Port, actor.Connection.RemoteEndPoint.Port);

        var created = await actor.Events.FirstAsync(PathManagerEventType.ConnectionCreated);
        var established = await actor.Events.FirstAsync(PathManagerEventType.ConnectionEstablished);
        actor.Connection.Abort();
        var closed = await actor.Events.FirstAsync(PathManagerEventType.ConnectionClosed);

        var host = actor.Host.Host.GetPath(1);
        foreach (var told in new[] { created, established })
        {
            Assert.Equal(actor.Token, told.Token);
            Assert.Equal(side == Side.Server, told.ServerSide);
            Assert.Equal(((byte?)0, (byte?)0), (told.LocalId, told.RemoteId));
            Assert.Equal(host.Address(kind.InitialFamily()), told.Local!.Address);
            Assert.Equal(host.PeerAddress(kind.InitialFamily()), told.Remote!.Address);
            Assert.Equal(ports, (told.Local.Port, told.Remote.Port));
        }

        Assert.Equal(actor.Token, closed.Token);
        Assert.Null(closed.Local);
    }

    [LabTheory]
    [MemberData(nameof(KindsAndPathManagers))]
    public async Task Both_path_managers_tell_of_connections_in_the_same_way(AddressKind kind, PathManagerKind pathManager)
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1, pathManager);
        var pair = await hosts.ConnectAsync(kind);

        foreach (var (host, connection) in new[] { (hosts.Client, pair.Client), (hosts.Server, pair.Server) })
        {
            var created = await host.Events.FirstAsync(PathManagerEventType.ConnectionCreated);
            await host.Events.FirstAsync(PathManagerEventType.ConnectionEstablished, told => told.Token == created.Token);
            connection.Dispose();
            await host.Events.FirstAsync(PathManagerEventType.ConnectionClosed, told => told.Token == created.Token);
        }
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    public async Task A_listener_is_told_of_when_it_begins_and_ends(AddressKind kind)
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1);
        var address = kind.FurtherAddress(hosts.Server.Host, 1);

        var listener = MptcpListener.Open(hosts.Server.Host, new(address, 0));
        var place = listener.EndPoint;
        var created = await hosts.Server.Events.FirstAsync(PathManagerEventType.ListenerCreated);
        listener.Dispose();
        var closed = await hosts.Server.Events.FirstAsync(PathManagerEventType.ListenerClosed);

        Assert.Equal((place, place), (created.Local, closed.Local));
        Assert.Null(created.Token);
        Assert.Empty(hosts.Client.Events.All);
    }

    [LabFact]
    public async Task A_connection_that_speaks_no_multipath_is_never_told_of()
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1);
        var pair = await hosts.ConnectAsync(AddressKind.IPv4);
        using var plain = await MptcpConnection.OpenAsync(
            hosts.Client.Host, pair.Client.RemoteEndPoint, new ConnectOptions { Transport = Transport.Tcp }, TestContext.Current.CancellationToken);
        using var accepted = await pair.Listener.AcceptAsync(TestContext.Current.CancellationToken);
        var next = await hosts.ConnectAsync(AddressKind.IPv4);

        await hosts.Server.Events.FirstAsync(PathManagerEventType.ConnectionCreated, told => told.Token == next.Server.Token);

        Assert.Equal(
            [pair.Server.Token, next.Server.Token],
            hosts.Server.Events.OfType(PathManagerEventType.ConnectionCreated).Select(told => told.Token!.Value));
    }

    // Why the daemon compares what it knows with the kernel from time to time.
    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_connection_that_its_peer_aborts_ends_without_a_word(AddressKind kind, Side side)
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1);
        var (actor, peer) = await hosts.ConnectAsync(kind, side);
        using var diagnostics = SocketDiagnostics.Open(peer.Host.Namespace);

        actor.Connection.Abort();
        await LabWait.UntilAsync("the end of the peer's connection", () => diagnostics.FindConnection(peer.Token) is null);
        peer.Connection.Dispose();
        var next = await hosts.ConnectAsync(kind, side);
        await peer.Events.FirstAsync(PathManagerEventType.ConnectionEstablished, told => told.Token == next.Peer.Token);

        Assert.Equal(
            [PathManagerEventType.ConnectionCreated, PathManagerEventType.ConnectionEstablished],
            peer.Events.All.Where(told => told.Token == peer.Token).Select(told => told.Type));
    }
}
