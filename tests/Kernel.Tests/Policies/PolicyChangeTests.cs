using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>Other policies change connections that there are, and a daemon that starts again changes nothing.</summary>
public sealed class PolicyChangeTests(SharedPolicyLab shared) : IClassFixture<SharedPolicyLab>, IDisposable
{
    const string Announce = "match: {side: server}, strategy: none, families: ipv4, announce: [{interfaces: 'path*'}]";

    PolicyLab Room => shared.Room;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (LabSupport.SkipReason is null)
            Room.CloseAll();
    }

    [LabFact]
    public async Task Each_policy_that_follows_another_makes_a_live_connection_its_own()
    {
        await Room.ApplyAsync();
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1");

        foreach (var (strategy, expected) in new[]
        {
            ("fullmesh", "1>1 2>1 3>1"), ("fullmesh, interfaces: {deny: path2}", "1>1 3>1"), ("ndiffports, ndiffports: 3", "1>1 1>1 1>1 1>1"),
            ("ndiffports", "1>1 1>1"), ("per-interface", "1>1 2>1 3>1"), ("per-interface, max_subflows: 1", "1>1 2>1"), ("none", "1>1"),
            ("fullmesh, families: ipv6", "1>1"),
        })
        {
            await Room.ApplyAsync($"match: {{side: client}}, strategy: {strategy}");
            await Room.ShouldHaveAsync(pair, expected.Split(' '));
        }

        await Room.ApplyAsync("match: {side: client}, families: ipv4", Announce);
        await Room.ShouldHaveAsync(pair, PathNames.Mesh(["1", "2", "3"], ["1", "2", "3"]));
        await Room.ApplyAsync("match: {side: client}, families: ipv4", $"{Announce}, interfaces: {{deny: path2}}");
        await Room.ShouldHaveAsync(pair, PathNames.Mesh(["1", "2", "3"], ["1", "3"]));
        await PolicyLab.TransferAsync(pair);
    }

    [LabFact]
    public async Task Without_policies_what_is_there_is_left()
    {
        await Room.ApplyAsync("match: {side: client}, families: ipv4");
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");

        await Room.ApplyAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");
        Assert.Equal("", (await Room.ExplainAsync(ServedLab.ClientName, pair.Client.Token)).Policy);
    }

    [LabFact]
    public async Task To_monitor_is_to_do_nothing_and_to_say_what_would_be_done()
    {
        await Room.ApplyAsync();
        var pair = await Room.ConnectAsync();
        await Room.ApplyAsync(PolicyEnforcement.Monitor, "match: {side: client}, families: ipv4", Announce);
        var next = await Room.ConnectAsync();
        await PolicyLab.TransferAsync(next);

        foreach (var one in new[] { pair, next })
        {
            var steps = (await Room.ExplainAsync(ServedLab.ClientName, one.Client.Token)).Paths.Select(path => path.Step);
            Assert.Equal([PathStep.Unspecified, PathStep.Create, PathStep.Create], steps);
            Assert.Equal("1>1", PathNames.At(Room.Client, one.Client.Token));
            Assert.Empty(Room.Server.PathManager.ListLocalAddresses(one.Server.Token));
        }

        await Room.ApplyAsync("match: {side: client}, families: ipv4");
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");
        await Room.ShouldHaveAsync(next, "1>1", "2>1", "3>1");
    }

    [LabFact]
    public async Task A_policy_for_the_connections_of_a_program_holds_once_it_is_known_whose_they_are()
    {
        await Room.ApplyAsync("match: {side: client, owner: {commands: Crowd}}, families: ipv4", "strategy: none");
        await using var crowd = await Crowd.StartAsync(Room.Lab.Client, Room.Lab.Server);
        await crowd.OpenAsync(5, Room.Lab.Client.GetPath(1).PeerIPv4);
        var somebodyElses = await Room.ConnectAsync();

        foreach (var connection in await crowd.ListClientAsync())
        {
            await LabWait.UntilAsync(
                "its subflows", () => PathNames.At(Room.Client, connection.Token) == "1>1 2>1 3>1", cancellationToken: Cancellation);
        }

        await Room.ShouldHaveAsync(somebodyElses, "1>1");
        await Room.ShouldHaveNoDifferencesAsync(decided: 12);
        await crowd.EndAsync();
    }

    [LabFact]
    public async Task A_daemon_that_starts_again_makes_nothing_twice_and_ends_nothing()
    {
        await Room.ApplyAsync("match: {side: client}, families: ipv4", Announce);
        var pairs = new List<ConnectedPair>();
        for (var i = 0; i < 20; i++)
            pairs.Add(await Room.ConnectAsync(i % 2 == 0 ? AddressKind.IPv4 : AddressKind.Mapped));
        var mesh = PathNames.Mesh(["1", "2", "3"], ["1", "2", "3"]).ToArray();
        foreach (var pair in pairs)
            await Room.ShouldHaveAsync(pair, mesh);
        var before = Cookies();

        for (var i = 0; i < 2; i++)
        {
            await Room.Daemon.KillAsync();
            await Room.Daemon.StartAgainAsync();
            foreach (var pair in pairs)
                await Room.ShouldHaveAsync(pair, mesh);
        }

        Assert.Equal(before, Cookies());
        await Room.ShouldHaveNoDifferencesAsync(decided: 40);
    }

    [LabFact]
    public async Task What_happens_while_no_daemon_is_there_is_made_up_for()
    {
        await Room.ApplyAsync("match: {side: client}, families: ipv4");
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");

        await Room.Daemon.KillAsync();
        await Room.Lab.Client.IpAsync("address add 198.18.2.101/24 dev path2", Cancellation);
        await Room.Daemon.StartAgainAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "198.18.2.101>1", "2>1", "3>1");
        await Room.Daemon.KillAsync();
        await Room.Lab.Client.IpAsync("address delete 198.18.2.101/24 dev path2", Cancellation);
        await Room.Daemon.StartAgainAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");
    }

    string Cookies() => string.Join(' ', Room.Client.ListSubflows().Concat(Room.Server.ListSubflows()).Select(subflow => subflow.Cookie).Order());
}
