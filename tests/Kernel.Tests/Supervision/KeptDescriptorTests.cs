using System.Net;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.Kernel.Tests.Supervision;

/// <summary>What the service manager keeps for the daemon is what the next one can use, and nothing else.</summary>
public class KeptDescriptorTests
{
    static readonly string Name = $"kernel-tests-{Environment.ProcessId}-kept";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_socket_of_another_namespace_is_closed_and_one_of_the_right_one_kept_instead()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server);
        var right = Assert.Single(daemon.Supervisor.Kept);
        await daemon.EndAsync();
        daemon.Supervisor.Rename(right, "events-of-nobody");
        using var other = PathManagerEvents.Subscribe(NetworkNamespace.Find(lab.Client.NamespacePath), 65536);
        daemon.Supervisor.Keep(right, other.Descriptor);

        await daemon.StartAsync();

        var log = daemon.Process.Transcript;
        Assert.Contains($"kept a descriptor {right} that is not what its name says", log, StringComparison.Ordinal);
        Assert.Contains("kept a descriptor events-of-nobody that nothing here is served with", log, StringComparison.Ordinal);
        Assert.DoesNotContain("going on with the event socket", log, StringComparison.Ordinal);
        Assert.Equal([right], daemon.Supervisor.Kept);
        await daemon.EndAsync();
        await daemon.StartAsync();
        Assert.Contains("going on with the event socket", daemon.Process.Transcript, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task A_socket_that_hears_no_events_is_closed()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server);
        var right = Assert.Single(daemon.Supervisor.Kept);
        await daemon.EndAsync();
        daemon.Supervisor.Rename(right, "events-of-nobody");
        using var listener = MptcpListener.Open(lab.Server, new IPEndPoint(IPAddress.Any, 0));
        using var deaf = JoinListener.Open(NetworkNamespace.Find(lab.Server.NamespacePath), new IPEndPoint(IPAddress.Any, 0));
        daemon.Supervisor.Keep(right, deaf.Handle);

        await daemon.StartAsync();

        Assert.Contains($"kept a descriptor {right} that is not what its name says", daemon.Process.Transcript, StringComparison.Ordinal);
        Assert.Equal([right], daemon.Supervisor.Kept);
    }

    [LabFact]
    public async Task Of_a_namespace_that_is_gone_nothing_is_kept()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server, $$"""{ "namespaces": ["self", "{{Name}}*"] }""");
        var own = Assert.Single(daemon.Supervisor.Kept);
        lab.Client.AttachName(Name);
        await KeepsAsync(daemon, 2);

        lab.Client.DetachName(Name);
        await KeepsAsync(daemon, 1);
        Assert.Equal([own], daemon.Supervisor.Kept);

        lab.Client.AttachName(Name);
        await KeepsAsync(daemon, 2);
        await daemon.EndAsync();
        lab.Client.DetachName(Name);
        await daemon.StartAsync();
        await KeepsAsync(daemon, 1);
        Assert.Equal([own], daemon.Supervisor.Kept);
    }

    [LabFact]
    public async Task An_announced_address_is_listened_at_while_no_daemon_runs_and_no_longer_than_it_is_announced()
    {
        const int Port = 4711;
        const byte Id = 7;
        await using var lab = await NetworkLab.CreateAsync(paths: 3, cancellationToken: Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        using var client = new HostUnderTest(lab.Client);
        var address = new SocketAddress { Address = lab.Server.GetPath(2).IPv4.ToString(), Port = Port };
        var announced = await daemon.Client.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest { Token = pair.Server.Token, Address = address, AddressId = Id, Listen = true }, cancellationToken: Cancellation);
        Assert.True(announced.Listening);
        await KeepsAsync(daemon, 2);

        await daemon.EndAsync();
        await JoinAsync(localId: 2, path: 2);
        await daemon.StartAsync();
        Assert.Equal(2, daemon.Supervisor.Kept.Count);
        await JoinAsync(localId: 3, path: 3);
        await daemon.EndAsync(kill: true);
        await daemon.StartAsync();
        Assert.Equal(2, daemon.Supervisor.Kept.Count);

        await daemon.Client.Connections.WithdrawAddressAsync(
            new WithdrawAddressRequest { Token = pair.Server.Token, AddressId = Id }, cancellationToken: Cancellation);
        await KeepsAsync(daemon, 1);
        using var free = MptcpListener.Open(lab.Server, new IPEndPoint(lab.Server.GetPath(2).IPv4, Port));

        async Task JoinAsync(byte localId, int path)
        {
            var local = new Endpoint(lab.Client.GetPath(path).IPv4) { Id = localId };
            client.PathManager.CreateSubflow(new(pair.Client.Token, local, new IPEndPoint(lab.Client.GetPath(2).PeerIPv4, Port)));
            await client.Events.FirstAsync(PathManagerEventType.SubflowEstablished, told => told.LocalId == localId);
        }
    }

    [LabFact]
    public async Task An_address_that_was_let_go_can_be_listened_at_before_the_manager_has_read_of_it()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var daemon = await SupervisedDaemon.StartAsync(lab.Server);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        var address = new SocketAddress { Address = lab.Server.GetPath(2).IPv4.ToString(), Port = 4711 };
        var first = await AnnounceAsync(7);
        Assert.True(first.Listening);
        await KeepsAsync(daemon, 2);

        daemon.Supervisor.Pause();
        try
        {
            await daemon.Client.Connections.WithdrawAddressAsync(
                new WithdrawAddressRequest { Token = pair.Server.Token, AddressId = 7 }, cancellationToken: Cancellation);
            var second = await AnnounceAsync(8);
            Assert.True(second.Listening);
            Assert.Equal(2, daemon.Supervisor.Kept.Count);
        }
        finally
        {
            daemon.Supervisor.GoOn();
        }

        await daemon.Supervisor.MessageAsync("the first to be forgotten", message => message.Has("FDSTOREREMOVE=1"));
        await KeepsAsync(daemon, 2);

        async Task<AnnounceAddressResponse> AnnounceAsync(uint id) => await daemon.Client.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest { Token = pair.Server.Token, Address = address, AddressId = id, Listen = true }, cancellationToken: Cancellation);
    }

    static Task KeepsAsync(SupervisedDaemon daemon, int count) => LabWait.UntilAsync(
        $"{count} descriptors to be kept", () => daemon.Supervisor.Kept.Count == count, cancellationToken: Cancellation);
}
