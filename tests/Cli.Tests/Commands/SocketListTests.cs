using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class SocketListTests
{
    static readonly SocketInfo Web = new()
    {
        Protocol = SocketProtocol.Mptcp,
        Cookie = 0x9022,
        Local = new SocketAddress { Address = "198.18.0.1", Port = 40000 },
        Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
        State = SocketState.Established,
        Uid = 1000,
        Inode = 77,
        SendQueue = 12,
        CgroupId = 5,
        Mark = 0x10,
        Shutdown = ShutdownDirections.Send,
        MptcpInfo = new MptcpInfo
        {
            AdditionalSubflows = 1,
            SubflowsMaximum = 2,
            Token = 0x1f,
            RemoteKeyReceived = true,
            WriteSequence = 0xabc,
            SubflowsTotal = 2,
            BytesSent = 7,
            SinceDataSent = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1234)),
        },
    };

    static readonly SocketInfo Ending = new()
    {
        Local = new SocketAddress { Address = "2001:db8::1", Port = 40000 },
        Remote = new SocketAddress { Address = "2001:db8::2", Port = 80 },
        State = SocketState.FinWait2,
        Timer = SocketTimer.KeepAlive,
        TimerExpires = Duration.FromTimeSpan(TimeSpan.FromSeconds(59.4)),
        Ending = true,
        MptcpInfo = new MptcpInfo { Token = 0x20, Fallback = true },
    };

    static readonly SocketInfo Listener = new()
    {
        Local = new SocketAddress { Address = "0.0.0.0", Port = 80 },
        Remote = new SocketAddress { Address = "0.0.0.0" },
        State = SocketState.Listening,
        SendQueue = 128,
        Interface = "eth1",
        InterfaceIndex = 3,
        MptcpInfo = new MptcpInfo(),
    };

    static readonly SocketInfo Subflow = new()
    {
        Protocol = SocketProtocol.Tcp,
        Cookie = 0x902e,
        Inode = 9,
        Local = new SocketAddress { Address = "198.18.0.1", Port = 40001 },
        Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
        State = SocketState.Established,
        Shutdown = ShutdownDirections.None,
        CongestionControl = "cubic",
        UpperLayer = "mptcp",
        Buffers = new BufferUse { ReceiveLimit = 131072, SendLimit = 16384, Backlog = 0, Drops = 2 },
        Subflow = new SubflowInfo
        {
            LocalToken = 0x1f,
            RemoteToken = 0xbeef,
            LocalId = 1,
            RemoteId = 2,
            Flags = { SubflowFlag.LocalJoin, SubflowFlag.LocalBackup, SubflowFlag.Connected },
            MapSequence = 0xa,
            MapSubflowSequence = 1,
            SequenceOffset = 0xff,
            MapLength = 5,
        },
        TcpInfo = new TcpInfo
        {
            Options = { TcpOption.Timestamps, TcpOption.SelectiveAcknowledgements, TcpOption.WindowScaling },
            SendWindowScale = 7,
            ReceiveWindowScale = 8,
            RetransmissionTimeout = Milliseconds(204),
            RoundTripTime = Milliseconds(0.05),
            RoundTripTimeVariation = Milliseconds(0.02),
            AcknowledgementTimeout = Milliseconds(40),
            SendSegmentSize = 1448,
            CongestionWindow = 10,
            BytesSent = 5,
            SegmentsSent = 4,
            SinceDataSent = Milliseconds(8),
            PacingRate = 250_000,
            MaximumPacingRate = 250_000_000,
            DeliveryRate = 12,
            Delivered = 2,
            DeliveryRateApplicationLimited = true,
            BusyTime = Milliseconds(100),
            SendBufferLimited = Milliseconds(25),
            TotalRetransmissions = 3,
            Reordering = 3,
            MinimumRoundTripTime = Milliseconds(0.04),
        },
    };

    [Fact]
    public async Task Connections_are_a_table()
    {
        await using var daemon = await StartAsync(Web, Ending, Listener);

        var run = (await Mptcpctl.RunAsync(daemon, "socket list")).Succeeded();

        Assert.Equal(
            """
            STATE        RECV-Q  SEND-Q  LOCAL                REMOTE            TOKEN       SUBFLOWS  TRAITS
            established  0       12      198.18.0.1:40000     198.18.0.2:80     0x0000001f  2         -
            fin-wait-2   0       0       [2001:db8::1]:40000  [2001:db8::2]:80  0x00000020  1         fallback,ending
            listening    0       128     0.0.0.0:80           -                 -           -         interface=eth1

            """,
            run.Out);
        // What is not shown is not asked for.
        Assert.Equal(
            new ListSocketsRequest
            {
                Extensions = { SocketExtension.Info, SocketExtension.Subflow, SocketExtension.CongestionControl },
            },
            daemon.Received<ListSocketsRequest>());
    }

    [Fact]
    public async Task Subflows_are_a_table()
    {
        await using var daemon = await StartAsync(Subflow, Listener, new SocketInfo { UpperLayer = "tls" });

        var run = (await Mptcpctl.RunAsync(daemon, "socket list --protocol tcp")).Succeeded();

        Assert.Equal(
            """
            STATE        RECV-Q  SEND-Q  LOCAL             REMOTE         TOKEN       IDS  CONGESTION  RTT     CWND  TRAITS
            established  0       0       198.18.0.1:40001  198.18.0.2:80  0x0000001f  1/2  cubic       0.05ms  10    backup
            listening    0       128     0.0.0.0:80        -              -           -    -           -       -     interface=eth1
            unspecified  0       0       -                 -              -           -    -           -       -     tls

            """,
            run.Out);
    }

    [Theory]
    [InlineData("--info")]
    [InlineData("-i")]
    public async Task Below_each_socket_stands_what_ss_would_say(string option)
    {
        await using var daemon = await StartAsync(Web, Ending, Subflow);

        var run = (await Mptcpctl.RunAsync(daemon, "socket list " + option)).Succeeded();

        Assert.Equal(7, run.Lines.Length);
        Assert.Equal(
            "    uid:1000 ino:77 sk:9022 cgroup_id:5 <-- fwmark:0x10 subflows:1 subflows_max:2 remote_key token:1f write_seq:abc bytes_sent:7"
            + " subflows_total:2 last_data_sent:1234",
            run.Lines[2]);
        Assert.Equal("    timer:(keepalive,59sec,0) ino:0 sk:0 fallback token:20", run.Lines[4]);
        Assert.Equal(
            "    ino:9 sk:902e <-> skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d2) ts sack cubic wscale:7,8 rto:204 rtt:0.05/0.02 ato:40 mss:1448"
            + " cwnd:10 bytes_sent:5 segs_out:4 send 2.3Gbps lastsnd:8 pacing_rate 2.0Mbps/2.0Gbps delivery_rate 96bps delivered:2 app_limited"
            + " busy:100ms sndbuf_limited:25ms(25.0%) retrans:0/3 minrtt:0.04 tcp-ulp-mptcp flags:jbc token:beef(id:2)/001f(id:1) seq:a sfseq:1"
            + " ssnoff:ff maplen:5",
            run.Lines[6]);
        Assert.Empty(daemon.Received<ListSocketsRequest>().Extensions);
    }

    [Fact]
    public async Task Programs_get_a_line_per_socket_and_one_that_says_that_none_is_missing()
    {
        await using var daemon = await StartAsync(Web, Listener);

        var run = (await Mptcpctl.RunAsync(daemon, "socket list -o json")).Succeeded();

        var objects = run.Lines.Select(line => Assert.Single(JsonDocument.Parse(line).RootElement.EnumerateObject())).ToList();
        Assert.Equal(["socket", "socket", "complete"], objects.Select(item => item.Name));
        Assert.Equal(Web, SocketInfo.Parser.ParseJson(objects[0].Value.GetRawText()));
        Assert.Equal(Listener, SocketInfo.Parser.ParseJson(objects[1].Value.GetRawText()));
        Assert.Equal(new SocketListComplete { Total = 2 }, SocketListComplete.Parser.ParseJson(objects[2].Value.GetRawText()));
        Assert.Empty(daemon.Received<ListSocketsRequest>().Extensions);
    }

    [Fact]
    public async Task Every_option_reaches_the_daemon()
    {
        await using var daemon = await StartAsync();

        (await Mptcpctl.RunAsync(
            daemon,
            "socket list --namespace blue --protocol tcp --state listening --state all --state syn-recv --family 6 -i"
            + " --local 198.18.0.0/15:80 --local :1000-2000 --remote [2001:db8::/32]:443 --interface eth0 --interface eth1"))
            .Succeeded();

        Assert.Equal(
            new ListSocketsRequest
            {
                Namespace = "blue",
                Protocol = SocketProtocol.Tcp,
                States = { SocketState.Listening, SocketState.SynReceived },
                StateSets = { SocketStateSet.All },
                Family = SocketFamily.Ipv6,
                Filter = All(
                    Any(
                        All(new() { LocalPrefix = "198.18.0.0/15" }, new() { LocalPort = new() { First = 80, Last = 80 } }),
                        new() { LocalPort = new() { First = 1000, Last = 2000 } }),
                    All(new() { RemotePrefix = "2001:db8::/32" }, new() { RemotePort = new() { First = 443, Last = 443 } }),
                    Any(new() { Interface = "eth0" }, new() { Interface = "eth1" })),
            },
            daemon.Received<ListSocketsRequest>());
    }

    [Theory]
    [InlineData("--local *")]
    [InlineData("--remote *")]
    public async Task Any_address_is_a_filter_that_all_fit(string options)
    {
        await using var daemon = await StartAsync();
        (await Mptcpctl.RunAsync(daemon, "socket list " + options)).Succeeded();
        Assert.Equal(All(), daemon.Received<ListSocketsRequest>().Filter);
    }

    [Theory]
    [InlineData("socket list")]
    [InlineData("socket list -o json")]
    public async Task A_list_that_is_not_whole_is_not_shown_as_one(string commandLine)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>(new ListSocketsResponse { Sockets = new() { Sockets = { Web } } });

        var run = await Mptcpctl.RunAsync(daemon, commandLine);

        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal("the daemon ended the list of sockets after 1 without saying that it is complete", run.ErrorLine);
        Assert.DoesNotContain("complete", run.Out, StringComparison.Ordinal);
        if (commandLine.EndsWith("list", StringComparison.Ordinal))
            Assert.Equal("", run.Out);
    }

    [Fact]
    public async Task A_refusal_is_told_with_what_is_wrong()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>((_, _, _) => throw Refusal.Of(
            StatusCode.NotFound, "the namespace blue has no network interface \"eth9\"", "INTERFACE_NOT_FOUND"));

        var run = (await Mptcpctl.RunAsync(daemon, "socket list --interface eth9")).EndedWith(ExitCode.Refused);

        Assert.StartsWith("the namespace blue has no network interface \"eth9\"; 'ip link'", run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_is_too_slow_is_not_waited_for()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>((_, _, context) => Task.Delay(Timeout.Infinite, context.CancellationToken));

        (await Mptcpctl.RunAsync(daemon, "socket list --timeout 100ms")).EndedWith(ExitCode.Unreachable);
    }

    [Theory]
    [InlineData("--protocol udp", "--protocol: 'udp' is not one of mptcp, tcp")]
    [InlineData("--family 5", "--family: '5' is not one of 4, 6")]
    [InlineData("--state open", "--state: 'open' is not one of all, connected, synchronized, bucket, big, bound-inactive, established, "
        + "syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, closed, close-wait, last-ack, listening, closing")]
    [InlineData("--local 443 --remote :0", "--local: '443' is neither a prefix nor a port: expected for instance 198.18.0.0/15, "
        + "198.18.0.1:443, :1000-2000 or [2001:db8::/32]:443; --remote: the port of ':0' is not a number from 1 to 65535, or a range of such")]
    [InlineData("blue", "unrecognized command or argument 'blue'")]
    public async Task What_is_wrong_with_the_options_is_told(string options, string expected) => Assert.Equal(
        expected + "; see 'mptcpctl socket list --help'",
        (await Mptcpctl.RunAsync("socket list " + options)).EndedWith(ExitCode.BadUsage).ErrorLine);

    static async Task<FakeDaemon> StartAsync(params SocketInfo[] sockets)
    {
        var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<ListSocketsRequest, ListSocketsResponse>(
            new ListSocketsResponse { Sockets = new SocketBatch { Sockets = { sockets } } },
            new ListSocketsResponse { Complete = new SocketListComplete { Total = (ulong)sockets.Length } });
        return daemon;
    }

    static SocketFilter All(params SocketFilter[] filters) => new() { All = new SocketFilterList { Filters = { filters } } };

    static SocketFilter Any(params SocketFilter[] filters) => new() { Any = new SocketFilterList { Filters = { filters } } };

    static Duration Milliseconds(double milliseconds) => Duration.FromTimeSpan(TimeSpan.FromMicroseconds(milliseconds * 1000));
}
