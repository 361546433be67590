using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class ConnectionTests
{
    static readonly Connection Known = new()
    {
        Namespace = "default",
        Token = 0x1f,
        Id = 4711,
        State = ConnectionState.Established,
        Local = new SocketAddress { Address = "198.18.1.1", Port = 40000 },
        Remote = new SocketAddress { Address = "198.18.1.2", Port = 443 },
        LocalAddresses = { new AnnouncedAddress { Id = 8, Address = new SocketAddress { Address = "198.18.3.1" } } },
        RemoteAddresses = { new AnnouncedAddress { Id = 2, Address = new SocketAddress { Address = "198.18.2.2", Port = 443 } } },
        DenyJoinInitialAddress = true,
        CreateTime = Timestamp.FromDateTime(new DateTime(2026, 1, 2, 12, 0, 0, 7, DateTimeKind.Utc)),
        Owner = new ConnectionOwner { Uid = 33, Cgroup = "/system.slice/web.service", Pid = 512, Command = "curl" },
        PathManager = PathManagerType.Userspace,
        ClosedSubflows = new ClosedSubflows { Count = 3, BytesSent = 900, BytesRetransmitted = 10, BytesReceived = 80 },
        Statistics = new MptcpInfo
        {
            AdditionalSubflows = 1,
            SubflowsMaximum = 2,
            RemoteKeyReceived = true,
            ChecksumEnabled = true,
            WriteSequence = 0x1122334455667788,
            BytesSent = 5000,
            SinceDataSent = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1500)),
        },
        Subflows =
        {
            new Subflow
            {
                Local = new SocketAddress { Address = "198.18.1.1", Port = 40000 },
                Remote = new SocketAddress { Address = "198.18.1.2", Port = 443 },
                State = SubflowState.Established,
                Initial = true,
                Id = 90001,
                Statistics = new TcpInfo
                {
                    State = SocketState.Established,
                    Options = { TcpOption.Timestamps, TcpOption.WindowScaling },
                    SendWindowScale = 7,
                    ReceiveWindowScale = 9,
                    RoundTripTime = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(8)),
                    CongestionWindow = 10,
                    SendSegmentSize = 1000,
                    TotalRetransmissions = 2,
                    BytesSent = 4000,
                    SinceDataReceived = new Duration(),
                },
            },
            new Subflow
            {
                Local = new SocketAddress { Address = "198.18.2.1" },
                Remote = new SocketAddress { Address = "198.18.2.2", Port = 443 },
                LocalId = 1,
                RemoteId = 2,
                State = SubflowState.Connecting,
                Backup = true,
                LocalBackup = true,
                RemoteBackup = true,
                Requested = true,
            },
        },
    };

    [Fact]
    public async Task Show_is_a_card_with_the_subflows_side_by_side()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetConnectionRequest _) => new GetConnectionResponse { Connection = Known });

        var run = (await Mptcpctl.RunAsync(daemon, "connection show 0x1f --connection-id 4711 --namespace default")).Succeeded();

        Assert.Equal(
            """
            CONNECTION
            namespace              default
            token                  0x0000001f
            id                     4711
            state                  established
            side                   client
            local                  198.18.1.1:40000
            remote                 198.18.1.2:443
            path manager           userspace
            owner                  curl (pid 512), uid 33, cgroup /system.slice/web.service
            known since            2026-01-02T12:00:00.007Z
            announced to the peer  198.18.3.1 (id 8)
            announced by the peer  198.18.2.2:443 (id 2)
            peer forbids           subflows to the address that the connection began with
            closed subflows        3, which sent 900 bytes (10 again) and received 80
            subflows               1
            subflows_max           2
            flags                  remote_key csum_enabled
            write_seq              1122334455667788
            bytes_sent             5000
            last_data_sent         1500ms ago

            SUBFLOW     1                 2
            local       198.18.1.1:40000  198.18.2.1
            remote      198.18.1.2:443    198.18.2.2:443
            ids         0/0               1/2
            state       established       connecting
            traits      initial           backup=both,requested
            id          90001             -
            options     ts                -
            wscale      7,9               -
            rtt         8ms               -
            mss         1000              -
            cwnd        10                -
            send        10.0 Mbit/s       -
            bytes_sent  4000              -
            retrans     0/2               -
            lastrcv     0ms ago           -

            """,
            run.Out);
        Assert.Equal(
            new GetConnectionRequest { Namespace = "default", Token = 31, ConnectionId = 4711, View = ConnectionView.Statistics },
            daemon.Received<GetConnectionRequest>());
    }

    [Fact]
    public async Task Many_subflows_are_shown_four_by_four()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var connection = new Connection { Subflows = { Enumerable.Range(0, 6).Select(_ => new Subflow()) } };
        daemon.Answer((GetConnectionRequest _) => new GetConnectionResponse { Connection = connection });

        var run = (await Mptcpctl.RunAsync(daemon, "connection show 31 --no-stats")).Succeeded();

        Assert.Equal(
            ["SUBFLOW 1 2 3 4", "SUBFLOW 5 6"],
            run.Lines.Where(line => line.StartsWith("SUBFLOW", StringComparison.Ordinal))
                .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Equal(ConnectionView.Basic, daemon.Received<GetConnectionRequest>().View);
    }

    [Fact]
    public async Task Show_as_json_is_the_daemons_answer()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetConnectionRequest _) => new GetConnectionResponse { Connection = Known });

        var run = (await Mptcpctl.RunAsync(daemon, "connection show 31 -o json")).Succeeded();

        Assert.Equal(Known, GetConnectionResponse.Parser.ParseJson(run.Out).Connection);
    }

    [Fact]
    public async Task Close_tells_what_was_destroyed_and_what_comes_of_it()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CloseConnectionRequest _) => new CloseConnectionResponse
        {
            Destroyed =
            {
                new Subflow(Known.Subflows[0]) { LastSample = new SubflowSample { BytesSent = 10, BytesRetransmitted = 1, BytesReceived = 20 } },
                Known.Subflows[1],
            },
            State = ConnectionState.Orphaned,
            Explanation = "The kernel keeps it.",
        });

        var run = (await Mptcpctl.RunAsync(daemon, "connection close 31 --connection-id 4711")).Succeeded();

        Assert.Equal(
            """
            destroyed 198.18.1.1:40000 -> 198.18.1.2:443 (ids 0/0): it sent 10 bytes (1 again) and received 20
            destroyed 198.18.2.1 -> 198.18.2.2:443 (ids 1/2)
            orphaned: The kernel keeps it.

            """,
            run.Out);
        Assert.Equal(new CloseConnectionRequest { Token = 31, ConnectionId = 4711 }, daemon.Received<CloseConnectionRequest>());
    }

    [Fact]
    public async Task Close_says_when_there_was_nothing_to_destroy()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CloseConnectionRequest _) => new CloseConnectionResponse { State = ConnectionState.Orphaned, Explanation = "It stays." });

        var run = (await Mptcpctl.RunAsync(daemon, "connection close 31")).Succeeded();

        Assert.Equal("there was no subflow to destroy\norphaned: It stays.\n", run.Out);
    }

    [Fact]
    public async Task A_connection_that_is_not_there_is_refused_with_a_hint()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<CloseConnectionRequest>(Refusal.Of(StatusCode.NotFound, "no such connection", "CONNECTION_NOT_FOUND"));

        var run = (await Mptcpctl.RunAsync(daemon, "connection close 31")).EndedWith(ExitCode.Refused);

        Assert.Equal("no such connection; it may have closed: 'mptcpctl connection list' shows those that live", run.ErrorLine);
    }

    [Theory]
    [InlineData(0u, "2 connections with 1 subflow compared: no difference\n")]
    [InlineData(1u, "2 connections with 1 subflow compared: 1 difference, told by events up to sequence 812\n")]
    [InlineData(3u, "2 connections with 1 subflow compared: 3 differences, told by events up to sequence 812\n")]
    public async Task Reconcile_tells_what_came_to_light(uint differences, string expected)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ReconcileConnectionsRequest _) => new ReconcileConnectionsResponse
        {
            Connections = 2,
            Subflows = 1,
            Differences = differences,
            Sequence = 812,
        });

        var run = (await Mptcpctl.RunAsync(daemon, "connection reconcile --namespace blue")).Succeeded();

        Assert.Equal(expected, run.Out);
        Assert.Equal(new ReconcileConnectionsRequest { Namespace = "blue" }, daemon.Received<ReconcileConnectionsRequest>());
    }

    [Theory]
    [InlineData("connection show", "Required argument 'TOKEN' missing for command: 'show'")]
    [InlineData("connection close 0", "TOKEN: '0' is not a token: expected 1 to 4294967295, or 0x1 to 0xffffffff")]
    public async Task A_connection_is_named_by_its_token(string commandLine, string expected) => Assert.StartsWith(
        expected,
        (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine,
        StringComparison.OrdinalIgnoreCase);
}
