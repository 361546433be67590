using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class AddressTests
{
    [Fact]
    public async Task Announce_sends_every_option()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((AnnounceAddressRequest request) => new AnnounceAddressResponse
        {
            Address = new AnnouncedAddress { Id = request.AddressId, Address = request.Address },
            Listening = true,
        });

        var run = (await Mptcpctl.RunAsync(
            daemon,
            "address announce 0x1f [2001:db8::3]:8080 --id 4 --interface wlan0 --listen --connection-id 4711 --namespace blue"))
            .Succeeded();

        Assert.Equal(
            new AnnounceAddressRequest
            {
                Namespace = "blue",
                Token = 31,
                ConnectionId = 4711,
                Address = new SocketAddress { Address = "2001:db8::3", Port = 8080 },
                AddressId = 4,
                Interface = "wlan0",
                Listen = true,
            },
            daemon.Received<AnnounceAddressRequest>());
        Assert.Equal("announced [2001:db8::3]:8080 (id 4); the daemon listens there\n", run.Out);
    }

    [Fact]
    public async Task Announce_needs_no_port_and_no_listener()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((AnnounceAddressRequest request) => new AnnounceAddressResponse
        {
            Address = new AnnouncedAddress { Id = request.AddressId, Address = request.Address },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "address announce 31 198.18.0.3 --id 4")).Succeeded();

        Assert.Equal(
            new AnnounceAddressRequest { Token = 31, Address = new SocketAddress { Address = "198.18.0.3" }, AddressId = 4 },
            daemon.Received<AnnounceAddressRequest>());
        Assert.Equal("announced 198.18.0.3 (id 4)\n", run.Out);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(255u)]
    public async Task Withdraw_names_an_address_by_its_id(uint id)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((WithdrawAddressRequest _) => new WithdrawAddressResponse());

        var run = (await Mptcpctl.RunAsync(daemon, $"address withdraw 31 --id {id} --connection-id 4711 --namespace blue")).Succeeded();

        Assert.Equal(
            new WithdrawAddressRequest { Namespace = "blue", Token = 31, ConnectionId = 4711, AddressId = id },
            daemon.Received<WithdrawAddressRequest>());
        Assert.Equal($"withdrew address id {id} from 0x0000001f\n", run.Out);
    }

    [Theory]
    [InlineData("address announce 1 198.18.0.3 --id 0", "--id: '0' is not a number from 1 to 255", "announce")]
    [InlineData(
        "address announce 1 198.18.0.3:0 --id 1",
        "ADDR[:PORT]: the port of '198.18.0.3:0' is not a number from 1 to 65535",
        "announce")]
    [InlineData("address announce 1 --id 1", "required argument 'ADDR[:PORT]' missing for command: 'announce'", "announce")]
    [InlineData("address withdraw 1 --id 256", "--id: '256' is not a number from 0 to 255", "withdraw")]
    [InlineData("address withdraw", "option '--id' is required; required argument 'TOKEN' missing for command: 'withdraw'", "withdraw")]
    public async Task What_is_wrong_with_the_options_is_told(string commandLine, string expected, string verb) =>
        Assert.Equal(
            $"{expected}; see 'mptcpctl address {verb} --help'",
            (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage).ErrorLine);
}
