using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class EndpointTests
{
    static readonly Endpoint Wifi = new()
    {
        Id = 3,
        Address = "2001:db8::3",
        Port = 8080,
        Interface = "wlan0",
        InterfaceIndex = 5,
        Flags = { EndpointFlag.Signal, EndpointFlag.Laminar },
    };

    [Fact]
    public async Task List_shows_every_endpoint_in_columns()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListEndpointsRequest _) => new ListEndpointsResponse
        {
            Endpoints = { new Endpoint { Id = 1, Address = "198.18.0.1", InterfaceIndex = 7 }, Wifi },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "endpoint list --namespace blue")).Succeeded();

        Assert.Equal("blue", daemon.Received<ListEndpointsRequest>().Namespace);
        Assert.Equal(
            """
            ID  ADDRESS             INTERFACE  FLAGS
            1   198.18.0.1          index 7    -
            3   [2001:db8::3]:8080  wlan0      signal,laminar

            """,
            run.Out);
    }

    [Fact]
    public async Task List_as_json_is_the_daemons_answer()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var response = new ListEndpointsResponse { Endpoints = { Wifi } };
        daemon.Answer((ListEndpointsRequest _) => response);

        var run = (await Mptcpctl.RunAsync(daemon, "--output json endpoint list")).Succeeded();

        Assert.Equal(response, ListEndpointsResponse.Parser.ParseJson(run.Out));
        Assert.Contains("ENDPOINT_FLAG_LAMINAR", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_is_neither_wrapped_nor_cut()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var name = new string('x', 500);
        var wide = new Endpoint { Id = 1, Interface = name + " " + name };
        daemon.Answer((ListEndpointsRequest _) => new ListEndpointsResponse { Endpoints = { wide } });

        var run = (await Mptcpctl.RunAsync(daemon, "endpoint list")).Succeeded();

        Assert.Contains(name + " " + name, run.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_sends_every_option_and_shows_what_the_kernel_made_of_it()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CreateEndpointRequest _) => new CreateEndpointResponse { Endpoint = Wifi });

        var run = (await Mptcpctl.RunAsync(
            daemon,
            "endpoint add 2001:db8:0::3 --id 3 --interface wlan0 --port 8080 --flags signal,subflow,backup,fullmesh,laminar")).Succeeded();

        Assert.Equal(
            new Endpoint
            {
                Id = 3,
                Address = "2001:db8::3",
                Port = 8080,
                Interface = "wlan0",
                Flags = { EndpointFlag.Signal, EndpointFlag.Subflow, EndpointFlag.Backup, EndpointFlag.Fullmesh, EndpointFlag.Laminar },
            },
            daemon.Received<CreateEndpointRequest>().Endpoint);
        Assert.Equal("3   [2001:db8::3]:8080  wlan0      signal,laminar", run.Lines[1]);
    }

    [Fact]
    public async Task Add_leaves_open_what_is_not_given()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((CreateEndpointRequest _) => new CreateEndpointResponse { Endpoint = Wifi });

        (await Mptcpctl.RunAsync(daemon, "endpoint add 198.18.0.1")).Succeeded();

        Assert.Equal(
            new CreateEndpointRequest { Endpoint = new Endpoint { Address = "198.18.0.1" } },
            daemon.Received<CreateEndpointRequest>());
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        const string CommandLine = "endpoint add 198.18.0.1:80 --id 256 --port 65536 --flags signal,bogus --output xml --timeout 0s";

        var run = (await Mptcpctl.RunAsync(CommandLine)).EndedWith(ExitCode.BadUsage);

        Assert.Equal(
            "--id: '256' is not a number from 1 to 255; "
            + "--port: '65536' is not a number from 1 to 65535; "
            + "--flags: 'bogus' is not one of signal, subflow, backup, fullmesh, laminar; "
            + "ADDR: '198.18.0.1:80' is not an address: expected IPv4 or IPv6, without a port; "
            + "--output: 'xml' is not one of table, json; "
            + "--timeout: '0s' is no time at all: expected more than zero; "
            + "see 'mptcpctl endpoint add --help'",
            run.ErrorLine);
    }

    [Fact]
    public async Task The_kernels_own_flag_cannot_be_given() =>
        Assert.Contains(
            "'implicit' is not one of signal",
            (await Mptcpctl.RunAsync("endpoint add 198.18.0.1 --flags implicit")).ErrorLine,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("backup,ENDPOINT_FLAG_FULLMESH,backup", new[] { EndpointFlag.Backup, EndpointFlag.Fullmesh })]
    [InlineData("", new EndpointFlag[0])]
    public async Task Set_replaces_the_flags_and_an_empty_list_clears_them(string list, EndpointFlag[] expected)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((UpdateEndpointRequest _) => new UpdateEndpointResponse { Endpoint = Wifi });

        (await Mptcpctl.RunAsync(daemon, "endpoint set --id 3 --flags " + list)).Succeeded();

        var request = daemon.Received<UpdateEndpointRequest>();
        Assert.Equal(new Endpoint { Id = 3, Flags = { expected } }, request.Endpoint);
        Assert.Equal(["flags"], request.UpdateMask.Paths);
    }

    [Fact]
    public async Task Set_needs_to_know_which_and_what() =>
        Assert.Equal(
            "option '--id' is required; option '--flags' is required; see 'mptcpctl endpoint set --help'",
            (await Mptcpctl.RunAsync("endpoint set")).EndedWith(ExitCode.BadUsage).ErrorLine);

    [Theory]
    [InlineData("endpoint delete --id 3", 3u, "", "deleted endpoint 3\n")]
    [InlineData("endpoint delete --id 0 --local 198.18.0.1", 0u, "198.18.0.1", "closed the initial subflows from 198.18.0.1\n")]
    public async Task Delete_names_an_endpoint_or_an_initial_address(string commandLine, uint id, string address, string expected)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((DeleteEndpointRequest _) => new DeleteEndpointResponse());

        var run = (await Mptcpctl.RunAsync(daemon, commandLine)).Succeeded();

        Assert.Equal(new DeleteEndpointRequest { Id = id, Address = address }, daemon.Received<DeleteEndpointRequest>());
        Assert.Equal(expected, run.Out);
    }

    [Theory]
    [InlineData("endpoint delete --id 0", "--id 0 needs --local")]
    [InlineData("endpoint delete --id 3 --local 198.18.0.1", "--local is only for --id 0")]
    [InlineData("endpoint delete", "option '--id' is required")]
    [InlineData(
        "endpoint delete --id 300 --local x",
        "--id: '300' is not a number from 0 to 255; --local: 'x' is not an address: expected IPv4 or IPv6; --local is only for --id 0")]
    public async Task Delete_takes_an_address_with_id_zero_alone(string commandLine, string expected) =>
        Assert.Equal(
            expected + "; see 'mptcpctl endpoint delete --help'",
            (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine);

    [Fact]
    public async Task Flush_removes_the_endpoints_of_the_namespace()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((FlushEndpointsRequest _) => new FlushEndpointsResponse());

        var run = (await Mptcpctl.RunAsync(daemon, "endpoint flush --namespace blue")).Succeeded();

        Assert.Equal("blue", daemon.Received<FlushEndpointsRequest>().Namespace);
        Assert.Equal("deleted every endpoint\n", run.Out);
    }
}
