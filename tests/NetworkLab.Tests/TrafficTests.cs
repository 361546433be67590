using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab.Tests;

public class TrafficTests
{
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public Task An_IPv4_connection_is_multipath_and_has_a_token_on_both_ends() => Connection_is_multipath(AddressFamily.InterNetwork);

    [LabFact]
    public Task An_IPv6_connection_is_multipath_and_has_a_token_on_both_ends() => Connection_is_multipath(AddressFamily.InterNetworkV6);

    [LabFact]
    public async Task Both_directions_carry_what_was_sent_over_the_chosen_path_only()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation);
        using var pair = await lab.ConnectAsync(path: 2, cancellationToken: Cancellation);
        var idle = lab.Client.ReadCounters(1);

        const long Length = 3_000_001;
        await Transfer.ExchangeAsync(pair.Client, pair.Server, new TransferOptions { Length = Length }, Cancellation);

        var used = lab.Client.ReadCounters(2);
        Assert.InRange(used.SentBytes, Length, 2 * Length);
        Assert.InRange(used.ReceivedBytes, Length, 2 * Length);
        Assert.InRange(lab.Client.ReadCounters(1).SentBytes - idle.SentBytes, 0, 10_000); // neighbour discovery and the like
    }

    [LabFact]
    public async Task A_window_keeps_the_sender_with_the_receiver()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        var chunks = new List<long>();

        var result = await Transfer.RunAsync(
            pair.Client,
            pair.Server,
            new TransferOptions
            {
                Length = 2500,
                ChunkSize = 1000,
                Window = 1000,
                BeforeChunk = sent =>
                {
                    chunks.Add(sent);
                    return Task.CompletedTask;
                },
            },
            Cancellation);

        Assert.Equal([0, 1000, 2000], chunks);
        Assert.Equal(2500, result.Length);
    }

    [LabFact]
    public async Task A_cut_path_stops_traffic_and_a_restored_one_carries_it_on()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var pair = await lab.ConnectAsync(AddressFamily.InterNetworkV6, cancellationToken: Cancellation);

        await lab.Client.CutPathAsync(1, Cancellation);
        var received = pair.Client.ReceiveAsync(new byte[1], Cancellation).AsTask();
        await pair.Server.SendAsync(new byte[1], Cancellation);
        await Assert.ThrowsAsync<TimeoutException>(() => LabWait.ForAsync("a byte over a cut path", received, Silence));

        await lab.Client.RestorePathAsync(1, Cancellation);
        Assert.Equal(1, await LabWait.ForAsync("the byte after the path came back", received, TimeSpan.FromSeconds(30)));
        using var another = await lab.ConnectAsync(AddressFamily.InterNetworkV6, cancellationToken: Cancellation);
    }

    [LabFact]
    public async Task A_transfer_goes_on_over_the_second_path_when_the_first_is_cut_in_its_midst()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Kernel, Cancellation);
        await lab.Server.IpAsync("mptcp limits set subflow 1", Cancellation);
        await lab.Client.IpAsync("mptcp limits set subflow 1", Cancellation);
        await lab.Client.IpAsync("mptcp endpoint add 198.18.2.1 dev path2 subflow", Cancellation);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        await LabWait.UntilAsync(
            "the second subflow", () => pair.Server.ReadInfo()?.AdditionalSubflows == 1, cancellationToken: Cancellation);

        const int Chunk = 100_000;
        var options = new TransferOptions
        {
            Length = 50 * Chunk,
            ChunkSize = Chunk,
            Window = 10 * Chunk,
            BeforeChunk = sent => sent == 20 * Chunk ? lab.Client.CutPathAsync(1, Cancellation) : Task.CompletedTask,
        };
        var received = await LabWait.ForAsync(
            "the transfer", Transfer.RunAsync(pair.Client, pair.Server, options, Cancellation), TimeSpan.FromSeconds(30));

        Assert.Equal(options.Length, received.Length);
        Assert.InRange(lab.Client.ReadCounters(2).SentBytes, 29 * Chunk, long.MaxValue);
    }

    [LabFact]
    public async Task A_blackholed_path_swallows_the_handshake_without_an_error_until_it_is_restored()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            await lab.Client.BlackholePathAsync(1, Cancellation);
            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            giveUp.CancelAfter(Silence);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab.ConnectAsync(family, cancellationToken: giveUp.Token));

            await lab.Client.RestorePathAsync(1, Cancellation);
            using var pair = await lab.ConnectAsync(family, cancellationToken: Cancellation);
        }
    }

    [LabFact]
    public async Task A_closed_port_refuses()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var closed = new IPEndPoint(lab.Server.Paths[0].IPv4, 1);

        var error = await Assert.ThrowsAsync<SocketException>(
            () => MptcpConnection.OpenAsync(lab.Client, closed, cancellationToken: Cancellation));

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [LabFact]
    public Task A_plain_client_of_a_multipath_server_leaves_both_ends_plain() => Both_ends_are_plain(Transport.Tcp, Transport.Mptcp);

    [LabFact]
    public Task A_multipath_client_of_a_plain_server_falls_back() => Both_ends_are_plain(Transport.Mptcp, Transport.Tcp);

    [LabFact]
    public async Task A_dual_stack_listener_takes_both_families_and_echoes()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var server = MptcpServer.Start(
            lab.Server, new IPEndPoint(IPAddress.IPv6Any, 0), ServerMode.Echo, new ListenOptions { DualStack = true });
        foreach (var address in new[] { lab.Server.Paths[0].IPv4, lab.Server.Paths[0].IPv6 })
        {
            using var client = await MptcpConnection.OpenAsync(
                lab.Client, new IPEndPoint(address, server.EndPoint.Port), cancellationToken: Cancellation);
            var sent = await Transfer.SendAsync(client, new TransferOptions { Length = 10_000 }, Cancellation);
            client.EndSending();

            Assert.Equal(sent, await Transfer.ReceiveToEndAsync(client, Cancellation));
            var served = await server.NextAsync(Cancellation);
            Assert.Equal(sent, await served.Completion);
            Assert.True(served.Connection.IsMultipath);
        }
    }

    static async Task Connection_is_multipath(AddressFamily family)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation);
        using var pair = await lab.ConnectAsync(family, port: 8080, cancellationToken: Cancellation);

        Assert.True(pair.Client.IsMultipath);
        Assert.True(pair.Server.IsMultipath);
        Assert.NotEqual(0u, pair.Client.Token);
        Assert.NotEqual(0u, pair.Server.Token);
        Assert.Equal(lab.Client.Paths[0].Address(family), pair.Client.LocalEndPoint.Address);
        Assert.Equal(new IPEndPoint(lab.Server.Paths[0].Address(family), 8080), pair.Client.RemoteEndPoint);
    }

    static async Task Both_ends_are_plain(Transport clientTransport, Transport serverTransport)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var listener = MptcpListener.Open(
            lab.Server, new IPEndPoint(lab.Server.Paths[0].IPv4, 0), new ListenOptions { Transport = serverTransport });
        using var client = await MptcpConnection.OpenAsync(
            lab.Client, listener.EndPoint, new ConnectOptions { Transport = clientTransport }, Cancellation);
        using var server = await listener.AcceptAsync(Cancellation);

        await Transfer.ExchangeAsync(client, server, new TransferOptions { Length = 1000 }, Cancellation);

        Assert.False(client.IsMultipath);
        Assert.False(server.IsMultipath);
        Assert.Throws<InvalidOperationException>(() => client.Token);
    }
}
