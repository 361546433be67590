using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class ConnectionListTests
{
    static readonly Connection Web = new()
    {
        Namespace = "default",
        Token = 0x1f,
        Id = 4711,
        State = ConnectionState.Established,
        ServerSide = true,
        Local = new SocketAddress { Address = "198.18.0.1", Port = 80 },
        Remote = new SocketAddress { Address = "198.18.0.2", Port = 40000 },
        Subflows = { new Subflow(), new Subflow() },
        Owner = new ConnectionOwner { Uid = 33, Pid = 512, Command = "nginx" },
        PathManager = PathManagerType.Userspace,
        Statistics = new MptcpInfo { BytesSent = 1000, BytesRetransmitted = 0, BytesReceived = 20 },
    };

    static readonly Connection Other = new()
    {
        Namespace = "blue",
        Token = 0xdeadbeef,
        State = ConnectionState.Orphaned,
        Local = new SocketAddress { Address = "2001:db8::1", Port = 5000 },
        Owner = new ConnectionOwner { Uid = 1000 },
    };

    [Fact]
    public async Task List_shows_the_connections_of_every_page()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => Page(request, Web, Other));

        var run = (await Mptcpctl.RunAsync(daemon, "connection list")).Succeeded();

        Assert.Equal(
            """
            NAMESPACE  TOKEN       CONNECTION-ID  STATE        SIDE    LOCAL               REMOTE            SUBFLOWS  PM         OWNER
            default    0x0000001f  4711           established  server  198.18.0.1:80       198.18.0.2:40000  2         userspace  nginx[512]
            blue       0xdeadbeef  0              orphaned     client  [2001:db8::1]:5000  -                 0         -          uid=1000

            """,
            run.Out);
        Assert.All(daemon.Requests.Cast<ListConnectionsRequest>(), request => Assert.Null(request.Filter));
    }

    [Fact]
    public async Task With_the_kernels_figures_it_shows_the_traffic()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => Page(request, Web, Other));

        var run = (await Mptcpctl.RunAsync(daemon, "connection list --stats")).Succeeded();

        Assert.Contains("SUBFLOWS  SENT  RETRANS  RECEIVED  PM ", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains("2         1000  0        20        userspace", run.Lines[1], StringComparison.Ordinal);
        Assert.Contains("0         -     -        -         -", run.Lines[2], StringComparison.Ordinal);
        Assert.All(daemon.Requests.Cast<ListConnectionsRequest>(), request => Assert.Equal(ConnectionView.Statistics, request.View));
    }

    [Fact]
    public async Task As_json_the_pages_are_one_document()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => Page(request, Web, Other));

        var run = (await Mptcpctl.RunAsync(daemon, "connection list -o json --namespace blue")).Succeeded();

        Assert.Equal(new ListConnectionsResponse { Connections = { Web, Other } }, ListConnectionsResponse.Parser.ParseJson(run.Out));
        Assert.EndsWith("\n  ],\n  \"nextPageToken\": \"\"\n}\n", run.Out, StringComparison.Ordinal);
        Assert.All(daemon.Requests.Cast<ListConnectionsRequest>(), request => Assert.Equal("blue", request.Namespace));
    }

    [Fact]
    public async Task A_list_that_breaks_off_is_no_document_and_no_table()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => request.PageToken.Length == 0
            ? Page(request, Web, Other)
            : throw Refusal.Of(StatusCode.FailedPrecondition, "the page token is from before the daemon's restart", "PAGE_TOKEN_EXPIRED"));

        var json = await Mptcpctl.RunAsync(daemon, "connection list -o json");
        var table = await Mptcpctl.RunAsync(daemon, "connection list");

        Assert.Equal(ExitCode.Refused, json.ExitCode);
        Assert.Contains("\"token\": 31,", json.Out, StringComparison.Ordinal);
        Assert.Throws<Google.Protobuf.InvalidJsonException>(() => ListConnectionsResponse.Parser.ParseJson(json.Out));
        Assert.Equal("the page token is from before the daemon's restart; list again from the beginning", json.ErrorLine);
        table.EndedWith(ExitCode.Refused);
    }

    [Fact]
    public async Task Every_option_reaches_the_daemon()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest _) => new ListConnectionsResponse());

        (await Mptcpctl.RunAsync(
            daemon,
            "connection list --state fallback --state CONNECTION_STATE_ORPHANED --local 198.18.0.0/15:443 --local :8000-8999"
            + " --remote [2001:db8::/32]:80 --server --uid 0 --uid 1000 --command nginx --command x"))
            .Succeeded();

        Assert.Equal(
            new ListConnectionsRequest
            {
                PageSize = 1000,
                Filter = new ConnectionFilter
                {
                    States = { ConnectionState.Fallback, ConnectionState.Orphaned },
                    LocalPrefixes = { "198.18.0.0/15" },
                    LocalPorts = { new PortRange { First = 443, Last = 443 }, new PortRange { First = 8000, Last = 8999 } },
                    RemotePrefixes = { "2001:db8::/32" },
                    RemotePorts = { new PortRange { First = 80, Last = 80 } },
                    ServerSide = true,
                    Uids = { 0, 1000 },
                    Commands = { "nginx", "x" },
                },
            },
            daemon.Received<ListConnectionsRequest>());
    }

    [Fact]
    public async Task Connections_that_this_host_opened_are_asked_for_as_such()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest _) => new ListConnectionsResponse());

        (await Mptcpctl.RunAsync(daemon, "connection list --client")).Succeeded();

        Assert.Equal(new ConnectionFilter { ServerSide = false }, daemon.Received<ListConnectionsRequest>().Filter);
    }

    [Theory]
    [InlineData("--server --client", "--server and --client exclude each other")]
    [InlineData("--state lost", "--state: 'lost' is not one of created, established, fallback, orphaned, closed")]
    [InlineData("--uid x", "--uid: 'x' is not a number from 0 to 4294967295")]
    [InlineData("--local 198.18.0.1/15", "--local: '198.18.0.1/15' has bits set behind its prefix: expected 198.18.0.0/15")]
    public async Task A_wrong_option_is_bad_usage(string options, string expected) => Assert.Equal(
        expected + "; see 'mptcpctl connection list --help'",
        (await Mptcpctl.RunAsync("connection list " + options)).EndedWith(ExitCode.BadUsage).ErrorLine);

    static ListConnectionsResponse Page(ListConnectionsRequest request, Connection first, Connection second) => request.PageToken.Length == 0
        ? new ListConnectionsResponse { Connections = { first }, NextPageToken = "next" }
        : new ListConnectionsResponse { Connections = { second } };
}
