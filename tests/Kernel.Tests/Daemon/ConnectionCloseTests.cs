using System.Net;
using System.Net.Sockets;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Connections of which every subflow is destroyed, and what the kernel and their applications then do.</summary>
public class ConnectionCloseTests
{
    const SocketError NotConnected = SocketError.NotConnected;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<PathManagerKind, AddressKind, Side> Everything { get; } =
        new(Enum.GetValues<PathManagerKind>(), Enum.GetValues<AddressKind>(), Enum.GetValues<Side>());

    [LabTheory]
    [MemberData(nameof(Everything))]
    public async Task A_connection_loses_every_subflow_and_ends_when_the_kernel_gives_it_up(
        PathManagerKind pathManager, AddressKind kind, Side side)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, pathManager, Cancellation);
        foreach (var host in new[] { lab.Client, lab.Server })
            await host.RunAsync(() => File.WriteAllText("/proc/sys/net/mptcp/close_timeout", "2"));
        var own = side == Side.Client ? lab.Client : lab.Server;
        await using var daemon = await DaemonProcess.StartAsync(own);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        using var pair = await kind.ConnectAsync(lab, Cancellation);
        var (end, peer) = side == Side.Client ? (pair.Client, pair.Server) : (pair.Server, pair.Client);
        var token = end.Token;
        await watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == token);
        var reading = end.ReceiveAsync(new byte[1], Cancellation).AsTask();

        var closed = await daemon.Client.Connections.CloseConnectionAsync(new CloseConnectionRequest { Token = token });

        var subflow = Assert.Single(closed.Destroyed);
        Assert.Equal((SubflowState.Closed, "ECONNABORTED", true), (subflow.State, subflow.ErrorName, subflow.Initial));
        Assert.True(subflow.LastSample.BytesSent >= 5, $"{subflow.LastSample}");
        Assert.Equal(ConnectionState.Orphaned, closed.State);
        Assert.StartsWith("The kernel keeps the connection without a subflow for 2 s (net.mptcp.close_timeout)", closed.Explanation, StringComparison.Ordinal);
        var known = (await daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = token })).Connection;
        Assert.Equal((ConnectionState.Orphaned, 0), (known.State, known.Subflows.Count));
        Assert.Equal((1u, subflow.LastSample.BytesSent), (known.ClosedSubflows.Count, known.ClosedSubflows.BytesSent));
        var told = await watch.FirstAsync(EventType.SubflowClosed, told => told.Token == token);
        Assert.Equal((subflow.Error, subflow.Id, subflow.LastSample.BytesSent), (told.Subflow.Error, told.Subflow.Id, told.Subflow.LastSample.BytesSent));

        // What the explanation says of the application.
        Assert.False(reading.IsCompleted);
        Assert.Equal(NotConnected, (await Assert.ThrowsAsync<SocketException>(() => reading)).SocketErrorCode);
        var again = await daemon.Client.Connections.CloseConnectionAsync(new CloseConnectionRequest { Token = token });
        Assert.Equal((0, ConnectionState.Orphaned), (again.Destroyed.Count, again.State));
        Assert.StartsWith("The kernel has given the connection up", again.Explanation, StringComparison.Ordinal);
        end.Dispose();
        await watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == token);
        Assert.Equal(NotConnected, (await Assert.ThrowsAsync<SocketException>(() => peer.ReceiveAsync(new byte[1], Cancellation).AsTask())).SocketErrorCode);
    }

    [LabFact]
    public async Task A_connection_that_fell_back_is_over_at_once()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        using var listener = MptcpListener.Open(
            lab.Server, new IPEndPoint(lab.Server.GetPath(1).IPv4, 0), new ListenOptions { Transport = Transport.Tcp });
        using var client = await MptcpConnection.OpenAsync(lab.Client, listener.EndPoint, cancellationToken: Cancellation);
        using var server = await listener.AcceptAsync(Cancellation);
        var found = await watch.FirstAsync(EventType.ConnectionFallback, timeout: TimeSpan.FromSeconds(20));
        var reading = client.ReceiveAsync(new byte[1], Cancellation).AsTask();

        var closed = await daemon.Client.Connections.CloseConnectionAsync(new CloseConnectionRequest { Token = found.Token });

        Assert.Equal((1, ConnectionState.Fallback), (closed.Destroyed.Count, closed.State));
        Assert.Contains("its application's next call fails with ECONNABORTED", closed.Explanation, StringComparison.Ordinal);
        Assert.Equal(SocketError.ConnectionAborted, (await Assert.ThrowsAsync<SocketException>(() => reading)).SocketErrorCode);
        var known = (await daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = found.Token })).Connection;
        Assert.Equal((ConnectionState.Fallback, 0), (known.State, known.Subflows.Count));
        client.Dispose();
        await watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == found.Token);
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.IPv4OnIPv6)]
    [InlineData(AddressKind.Mapped)]
    public async Task Subflows_whose_handshake_is_under_way_are_destroyed_too(AddressKind kind)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 3, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        using var pair = await kind.ConnectAsync(lab, Cancellation);
        var token = pair.Client.Token;
        await watch.FirstAsync(EventType.ConnectionEstablished);
        await lab.Client.BlackholePathAsync(3, Cancellation);
        foreach (var path in new[] { 2, 3 })
        {
            await daemon.Client.Connections.CreateSubflowAsync(new CreateSubflowRequest
            {
                Token = token,
                Local = new() { Address = kind.FurtherAddress(lab.Client, path).ToString() },
                Remote = new() { Address = kind.FurtherAddress(lab.Server, path).ToString(), Port = (uint)pair.Client.RemoteEndPoint.Port },
                Wait = path == 2 ? ServedPair.LongWait : null,
            });
        }

        var closed = await daemon.Client.Connections.CloseConnectionAsync(new CloseConnectionRequest { Token = token });

        Assert.Equal(
            [SubflowState.Closed, SubflowState.Closed, SubflowState.Failed],
            closed.Destroyed.Select(subflow => subflow.State).Order());
        Assert.Equal(1, closed.Destroyed.Count(subflow => subflow.Initial));
        Assert.Equal(2, closed.Destroyed.Count(subflow => subflow.Requested));
        Assert.Equal(ConnectionState.Orphaned, closed.State);
        var known = (await daemon.Client.Connections.GetConnectionAsync(new GetConnectionRequest { Token = token })).Connection;
        Assert.Empty(known.Subflows);
        Assert.Equal(2u, known.ClosedSubflows.Count);
    }
}
