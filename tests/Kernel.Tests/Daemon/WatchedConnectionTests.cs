using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Connections as watchers and readers see them.</summary>
public class WatchedConnectionTests(ServedLab served) : IClassFixture<ServedLab>
{
    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } = new(Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_connection_is_told_of_with_its_ends_and_its_id(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var path = pair.Host.GetPath(1);
        var id = Sockets.IdOf(pair.Connection, pair.Token);

        var created = await pair.Watch.FirstAsync(EventType.ConnectionCreated, told => told.Token == pair.Token);
        var established = await pair.Watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == pair.Token);
        pair.Connection.Dispose();
        var closed = await pair.Watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == pair.Token);

        Assert.NotEqual(0u, (uint)id);
        foreach (var (told, state) in new[]
        {
            (created, ConnectionState.Created), (established, ConnectionState.Established), (closed, ConnectionState.Closed),
        })
        {
            Assert.Equal((pair.Namespace, id, id, state), (told.Namespace, told.ConnectionId, told.Connection.Id, told.Connection.State));
            Assert.Equal((EventOrigin.Kernel, side == Side.Server), (told.Origin, told.Connection.ServerSide));
            Assert.Equal(path.Address(kind.InitialFamily()).ToString(), told.Connection.Local.Address);
            Assert.Equal(path.PeerAddress(kind.InitialFamily()).ToString(), told.Connection.Remote.Address);
            Assert.True(Assert.Single(told.Connection.Subflows).Initial);
        }

        Assert.True(created.Sequence < established.Sequence && established.Sequence < closed.Sequence);
    }

    // The kernel tells nothing of it.
    [LabTheory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task A_connection_that_its_peer_aborts_is_found_to_be_gone(Side side)
    {
        await using var pair = await served.ConnectAsync(AddressKind.IPv4, side);

        pair.Peer.Abort();
        var closed = await pair.Watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == pair.Token, TimeSpan.FromSeconds(20));

        Assert.Equal((EventOrigin.Reconciled, ConnectionState.Closed), (closed.Origin, closed.Connection.State));
        Assert.DoesNotContain(
            (await served.Connections.ListConnectionsAsync(new ListConnectionsRequest())).Connections, known => known.Token == pair.Token);
    }
}
