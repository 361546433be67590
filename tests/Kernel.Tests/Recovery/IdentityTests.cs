using System.Net;
using System.Net.Sockets;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Namespaces;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>What tells connections apart, where the kernel's own numbers and their ends do not.</summary>
public class IdentityTests
{
    const int Accepted = 4;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Connections_of_a_listener_that_somebody_has_listed_have_different_ids()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server, new CrowdOptions { Ports = 1 });
        await using (var listing = lab.Server.StartProcess("ss", "-Maen"))
            Assert.Equal(0, await listing.WaitForExitAsync());
        await using var daemon = await DaemonProcess.StartAsync(lab.Server);
        await crowd.OpenAsync(Accepted, lab.Client.GetPath(1).PeerIPv4);

        var told = await daemon.Client.ListConnectionsAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Accepted, told.Select(connection => connection.Id).Distinct().Count());

        // A command for one of them hits that, and no other that has its token.
        var close = new CloseConnectionRequest { Token = told[0].Token, ConnectionId = told[1].Id };
        var refusal = await ServedLab.RefusalOfAsync(daemon.Client.Connections.CloseConnectionAsync(close));
        Assert.Equal(ErrorReason.ConnectionIdMismatch, refusal.Reason);

        var request = new SampleRequest { Filter = new() { All = new() }, FilterProtocol = SocketProtocol.Mptcp, Count = 1 };
        var sample = Assert.Single(await daemon.Client.SampleAsync(request, Cancellation).ToListAsync(Cancellation));
        Assert.Equal(told.Select(connection => connection.Id).Order(), sample.Connections.Select(connection => connection.Id));
    }

    [LabFact]
    public async Task The_daemon_does_not_make_accepted_sockets_share_a_cookie()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server, new CrowdOptions { Ports = 1 });
        await using var daemon = await DaemonProcess.StartAsync(lab.Server);
        await crowd.OpenAsync(Accepted, lab.Client.GetPath(1).PeerIPv4);
        await daemon.Client.Connections.ReconcileConnectionsAsync(new ReconcileConnectionsRequest(), cancellationToken: Cancellation);
        await crowd.OpenAsync(Accepted, lab.Client.GetPath(1).PeerIPv4);

        using var serverNamespace = NetworkNamespace.Find(lab.Server.NamespacePath);
        using var diagnostics = SocketDiagnostics.Open(serverNamespace);
        var sockets = diagnostics.ListMptcpSockets(new SocketQuery { States = SocketStates.Established });
        Assert.Equal(2 * Accepted, sockets.Select(socket => socket.Cookie).Distinct().Count());
    }

    [LabFact]
    public async Task A_socket_that_fell_back_and_is_over_does_not_hide_the_one_that_has_its_ends_now()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var path = lab.Client.GetPath(1);
        using var listener = MptcpListener.Open(lab.Server, new IPEndPoint(path.PeerIPv4, 0), new ListenOptions { Transport = Transport.Tcp });
        var local = new IPEndPoint(path.IPv4, 6000);
        var over = await ConnectAsync(lab.Client, local, listener);
        using var first = over.Connecting;
        over.Accepted.Abort(); // and the application is left with a socket that has its ends and nothing else
        await Assert.ThrowsAnyAsync<SocketException>(async () => await first.ReceiveAsync(new byte[1], Cancellation));
        var (connecting, accepted) = await ConnectAsync(lab.Client, local, listener);
        using var second = connecting;
        using var peer = accepted;

        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await daemon.Client.Connections.ReconcileConnectionsAsync(new ReconcileConnectionsRequest(), cancellationToken: Cancellation);
        var told = await daemon.Client.ListConnectionsAsync(Cancellation).ToListAsync(Cancellation);

        Assert.Equal(2, told.Count);
        Assert.All(told, connection => Assert.Equal(ConnectionState.Fallback, connection.State));
        Assert.Equal([0, 1], told.Select(connection => connection.Subflows.Count).Order());
    }

    static async Task<(MptcpConnection Connecting, MptcpConnection Accepted)> ConnectAsync(LabHost host, IPEndPoint local, MptcpListener listener)
    {
        var connecting = await MptcpConnection.OpenAsync(host, listener.EndPoint, new ConnectOptions { Source = local, SharesSource = true }, Cancellation);
        return (connecting, await listener.AcceptAsync(Cancellation));
    }
}
