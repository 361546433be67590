using System.Globalization;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>What the product relies on, or has to live with, although the kernel documents it nowhere.</summary>
public class KernelFactsTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // TCP's options have room for 40 bytes; timestamps take 12, and this takes 32.
    [LabFact]
    public async Task An_IPv6_address_with_a_port_is_never_announced_where_TCP_has_timestamps()
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 3);
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv6, Side.Client);

        actor.PathManager.Announce(actor.Token, new Endpoint(actor.Address(2)) { Id = 5, Port = 4567 });
        actor.PathManager.Announce(actor.Token, new Endpoint(actor.Address(3)) { Id = 6 });
        await peer.Events.FirstAsync(PathManagerEventType.AddressAnnounced, told => told.RemoteId == 6);

        Assert.DoesNotContain(peer.Events.All, told => told.RemoteId == 5);
    }

    [LabFact]
    public async Task A_subscriber_in_any_namespace_is_enough_for_joins_to_be_let_in()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        using var client = new HostUnderTest(lab.Client);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);

        Join(client.PathManager, lab, pair, localId: 2);

        await client.Events.FirstAsync(PathManagerEventType.SubflowEstablished);
    }

    // Explicit: it fails where anything else on the machine hears path-manager events.
    [LabFact(Explicit = true)]
    public async Task Joins_are_turned_away_while_nobody_is_subscribed()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        using var paths = PathManager.Open(NetworkNamespace.Find(lab.Client.NamespacePath));

        Join(paths, lab, pair, localId: 2);
        await LabWait.UntilAsync("the server to turn the join away", () => JoinsRejected(lab.Server) == 1, cancellationToken: Cancellation);
        Assert.Equal(0, pair.Client.ReadInfo()!.AdditionalSubflows);

        using var events = new EventProbe(NetworkNamespace.Find(lab.Client.NamespacePath));
        Join(paths, lab, pair, localId: 3);
        await events.FirstAsync(PathManagerEventType.SubflowEstablished, told => told.LocalId == 3);
    }

    [LabFact]
    public async Task A_connection_without_a_subflow_lives_on_and_takes_a_new_one()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var pair = await hosts.ConnectAsync(AddressKind.IPv4);
        var client = new EndUnderTest(hosts.Client, pair.Client, AddressKind.IPv4);
        var server = new EndUnderTest(hosts.Server, pair.Server, AddressKind.IPv4);
        var only = new SubflowAddresses(pair.Client.LocalEndPoint, pair.Client.RemoteEndPoint);
        var door = hosts.FindDoor(client, server);

        client.PathManager.DestroySubflow(client.Token, only);
        await server.Events.FirstAsync(PathManagerEventType.SubflowClosed);
        client.PathManager.CreateSubflow(new SubflowRequest(client.Token, new Endpoint(client.Address(2)) { Id = 2 }, door));
        await client.Events.FirstAsync(PathManagerEventType.SubflowEstablished);

        await pair.ExchangeAsync(Cancellation);
        Assert.Empty(client.Events.OfType(PathManagerEventType.ConnectionClosed));
    }

    static void Join(PathManager paths, NetworkLab lab, ConnectedPair pair, byte localId)
    {
        var path = lab.Client.GetPath(2);
        var local = new Endpoint(path.IPv4) { Id = localId, Port = (ushort)(20000 + localId) };
        paths.CreateSubflow(new SubflowRequest(pair.Client.Token, local, new(path.PeerIPv4, pair.Client.RemoteEndPoint.Port)));
    }

    // Two lines each: "MPTcpExt: NAME NAME …" and "MPTcpExt: NUMBER NUMBER …".
    static long JoinsRejected(LabHost host) => host.Run(() =>
    {
        var lines = File.ReadLines("/proc/thread-self/net/netstat").Where(line => line.StartsWith("MPTcpExt:", StringComparison.Ordinal)).ToArray();
        var column = Array.IndexOf(lines[0].Split(' '), "MPJoinRejected");
        return long.Parse(lines[1].Split(' ')[column], CultureInfo.InvariantCulture);
    });
}
