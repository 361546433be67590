using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class SubflowListTests
{
    static readonly Connection Web = new()
    {
        Namespace = "default",
        Token = 0x1f,
        Id = 4711,
        Subflows =
        {
            new Subflow
            {
                Local = new SocketAddress { Address = "198.18.0.1", Port = 40000 },
                Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
                State = SubflowState.Established,
                Initial = true,
                Id = 90001,
            },
            new Subflow
            {
                Local = new SocketAddress { Address = "2001:db8::1" },
                Remote = new SocketAddress { Address = "2001:db8::2", Port = 80 },
                LocalId = 1,
                RemoteId = 2,
                State = SubflowState.Failed,
                Backup = true,
                LocalBackup = true,
                Requested = true,
                InterfaceIndex = 3,
                Error = 104,
                ErrorName = "ECONNRESET",
                ResetReason = 3,
                ResetFlags = 1,
            },
        },
    };

    static readonly Connection Other = new() { Namespace = "blue", Token = 0xdeadbeef, Id = 4712, Subflows = { new Subflow() } };

    [Fact]
    public async Task List_shows_the_subflows_of_every_connection_on_every_page()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest request) => request.PageToken.Length == 0
            ? new ListConnectionsResponse { Connections = { Web }, NextPageToken = "next" }
            : new ListConnectionsResponse { Connections = { Other } });

        var run = (await Mptcpctl.RunAsync(daemon, "subflow list")).Succeeded();

        Assert.Equal(
            """
            NAMESPACE  TOKEN       CONNECTION-ID  LOCAL             REMOTE            IDS  STATE        SUBFLOW-ID  TRAITS                              ERROR
            default    0x0000001f  4711           198.18.0.1:40000  198.18.0.2:80     0/0  established  90001       initial                             -
            default    0x0000001f  4711           2001:db8::1       [2001:db8::2]:80  1/2  failed       -           backup=local,requested,interface=3  ECONNRESET (104), reset: administratively prohibited (transient)
            blue       0xdeadbeef  4712           -                 -                 0/0  unspecified  -           -                                   -

            """,
            run.Out);
        Assert.All(daemon.Requests.Cast<ListConnectionsRequest>(), request => Assert.Equal("", request.Namespace));
    }

    [Fact]
    public async Task List_of_a_namespace_asks_for_that_alone()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest _) => new ListConnectionsResponse());

        (await Mptcpctl.RunAsync(daemon, "--namespace blue subflow list")).Succeeded();

        Assert.Equal("blue", daemon.Received<ListConnectionsRequest>().Namespace);
    }

    [Fact]
    public async Task List_takes_the_filter_of_connections()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListConnectionsRequest _) => new ListConnectionsResponse());

        (await Mptcpctl.RunAsync(daemon, "subflow list --state fallback --remote :443")).Succeeded();

        Assert.Equal(
            new ConnectionFilter { States = { ConnectionState.Fallback }, RemotePorts = { new PortRange { First = 443, Last = 443 } } },
            daemon.Received<ListConnectionsRequest>().Filter);
    }

    [Theory]
    [InlineData("subflow list 0x1F --connection-id 4711 --namespace blue", 4711ul)]
    [InlineData("subflow list 31 --namespace blue", 0ul)]
    public async Task List_of_a_token_asks_for_that_connection(string commandLine, ulong id)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetConnectionRequest _) => new GetConnectionResponse { Connection = Web });

        var run = (await Mptcpctl.RunAsync(daemon, commandLine)).Succeeded();

        Assert.Equal(
            new GetConnectionRequest { Namespace = "blue", Token = 31, ConnectionId = id },
            daemon.Received<GetConnectionRequest>());
        Assert.Equal(3, run.Lines.Length);
    }

    [Theory]
    [InlineData("subflow list -o json")]
    [InlineData("subflow list 31 -o json")]
    public async Task As_json_one_connection_and_all_have_the_same_shape(string commandLine)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetConnectionRequest _) => new GetConnectionResponse { Connection = Web });
        daemon.Answer((ListConnectionsRequest _) => new ListConnectionsResponse { Connections = { Web } });

        var run = (await Mptcpctl.RunAsync(daemon, commandLine)).Succeeded();

        Assert.Equal(new ListConnectionsResponse { Connections = { Web } }, ListConnectionsResponse.Parser.ParseJson(run.Out));
    }

    [Theory]
    [InlineData("subflow list 0", "TOKEN: '0' is not a token: expected 1 to 4294967295, or 0x1 to 0xffffffff")]
    [InlineData("subflow list 0x100000000", "TOKEN: '0x100000000' is not a token: expected 1 to 4294967295, or 0x1 to 0xffffffff")]
    [InlineData("subflow list 1 2", "unrecognized command or argument '2'")]
    [InlineData("subflow list --connection-id 5", "--connection-id needs a TOKEN")]
    [InlineData("subflow list 1 --state fallback", "--state is for the list of all, and not beside a TOKEN")]
    [InlineData("subflow list --server --client", "--server and --client exclude each other")]
    [InlineData("subflow list 1 --connection-id 0", "--connection-id: '0' is not a number from 1 to 18446744073709551615")]
    public async Task A_connection_is_named_by_its_token(string commandLine, string expected) =>
        Assert.Equal(
            expected + "; see 'mptcpctl subflow list --help'",
            (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine);
}
