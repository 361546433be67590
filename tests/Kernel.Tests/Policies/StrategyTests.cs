using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>What each strategy makes of a connection, in both families and at both ends, in the kernels of both hosts.</summary>
public sealed class StrategyTests(SharedPolicyLab shared) : IClassFixture<SharedPolicyLab>, IDisposable
{
    const string Announce = "match: {side: server}, strategy: none, announce: [{interfaces: 'path*'}]";
    const string AnnounceDoor = "match: {side: client}, strategy: none, announce: [{interfaces: 'path*', port: 7000}]";

    /// <summary>Kinds of addresses, with the families that policies then use, and how <see cref="PathNames"/> ends.</summary>
    public static TheoryData<AddressKind, string, string> Families { get; } = new()
    {
        { AddressKind.IPv4, "[ipv4]", "" },
        { AddressKind.IPv6, "[ipv6]", "v6" },
        { AddressKind.Mapped, "[ipv4]", "" },
    };

    PolicyLab Room => shared.Room;

    public void Dispose()
    {
        if (Lab.LabSupport.SkipReason is null)
            Room.CloseAll();
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task A_client_joins_the_servers_address_from_each_of_its_own(AddressKind kind, string families, string suffix)
    {
        await Room.ApplyAsync($"match: {{side: client}}, families: {families}");
        var pair = await Room.ConnectAsync(kind);

        await Room.ShouldHaveAsync(pair, PathNames.Mesh(Ends(3, suffix), Ends(1, suffix)));
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task A_client_meshes_with_what_the_server_announces(AddressKind kind, string families, string suffix)
    {
        foreach (var (paths, denied) in new[] { (2, "{deny: path3}"), (3, "{}") })
        {
            await Room.ApplyAsync(
                $"match: {{side: client}}, families: {families}, interfaces: {denied}", $"{Announce}, families: {families}, interfaces: {denied}");
            var pair = await Room.ConnectAsync(kind);

            await Room.ShouldHaveAsync(pair, PathNames.Mesh(Ends(paths, suffix), Ends(paths, suffix)));
            await Room.ShouldHaveNoDifferencesAsync();
            Room.CloseAll();
        }
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task A_server_meshes_with_what_the_client_announces(AddressKind kind, string families, string suffix)
    {
        // An IPv6 address with a port does not fit beside timestamps.
        Room.Lab.Client.SetSysctl("net.ipv4.tcp_timestamps", "0");
        try
        {
            foreach (var (paths, denied) in new[] { (2, "{deny: path3}"), (3, "{}") })
            {
                await Room.ApplyAsync(
                    $"match: {{side: server}}, families: {families}, interfaces: {denied}", $"{AnnounceDoor}, families: {families}, interfaces: {denied}");
                var pair = await Room.ConnectAsync(kind);

                await Room.ShouldHaveAsync(pair, PathNames.Mesh(Ends(paths, suffix), Ends(paths, suffix)));
                await Room.ShouldHaveNoDifferencesAsync();
                Room.CloseAll();
            }
        }
        finally
        {
            Room.Lab.Client.SetSysctl("net.ipv4.tcp_timestamps", "1");
        }
    }

    [LabFact]
    public async Task A_connection_that_began_with_IPv6_has_subflows_of_both_families()
    {
        await Room.ApplyAsync("match: {side: client}, interfaces: {deny: path3}", $"{Announce}, interfaces: {{deny: path3}}");
        var pair = await Room.ConnectAsync(AddressKind.IPv6);

        await Room.ShouldHaveAsync(pair, [.. PathNames.Mesh(Ends(2, "v6"), Ends(2, "v6")), .. PathNames.Mesh(Ends(2, ""), Ends(2, ""))]);
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabFact]
    public async Task A_connection_of_IPv4_sockets_does_without_the_IPv6_that_is_announced()
    {
        await Room.ApplyAsync("match: {side: client}, interfaces: {deny: path3}", $"{Announce}, interfaces: {{deny: path3}}");
        var pair = await Room.ConnectAsync(AddressKind.IPv4);

        await Room.ShouldHaveAsync(pair, PathNames.Mesh(Ends(2, ""), Ends(2, "")));
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4, "", 1)]
    [InlineData(AddressKind.IPv4, "", 3)]
    [InlineData(AddressKind.IPv6, "v6", 1)]
    [InlineData(AddressKind.IPv6, "v6", 5)]
    [InlineData(AddressKind.Mapped, "", 8)]
    public async Task Ndiffports_joins_the_same_two_addresses_several_times(AddressKind kind, string suffix, int count)
    {
        await Room.ApplyAsync($"strategy: ndiffports, ndiffports: {count}");
        var pair = await Room.ConnectAsync(kind);

        await Room.ShouldHaveAsync(pair, Enumerable.Repeat($"1{suffix}>1{suffix}", count + 1));
        await Room.ShouldHaveNoDifferencesAsync();
        Assert.Equal(count + 1, (await Room.GetAsync(pair.Client.Token)).Subflows.Select(subflow => subflow.Local.Port).Distinct().Count());
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task Per_interface_joins_once_from_each(AddressKind kind, string families, string suffix)
    {
        await Room.ApplyAsync($"match: {{side: client}}, strategy: per-interface, families: {families}", $"{Announce}, families: {families}");
        var pair = await Room.ConnectAsync(kind);

        await Room.ShouldHaveAsync(pair, PathNames.Mesh(Ends(3, suffix), Ends(1, suffix)));
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabFact]
    public async Task Per_interface_joins_from_each_interface_of_a_server_to_a_client_that_announces()
    {
        await Room.ApplyAsync("match: {side: server}, strategy: per-interface", AnnounceDoor);
        var pair = await Room.ConnectAsync();

        await Room.ShouldHaveAsync(pair, "1>1", "1>2", "1>3");
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabTheory]
    [InlineData("initial", true, "1>1 2>1")]
    [InlineData("announced", true, "1>1 1>2 2>2")]
    [InlineData("both", false, "1>1 1>2 2>2")]
    [InlineData("both", true, "1>1 1>2 2>1 2>2")]
    public async Task Only_those_of_the_servers_addresses_are_joined_that_the_policy_says(string remotes, bool allowId0, string expected)
    {
        var families = "families: ipv4, interfaces: {deny: path3}";
        await Room.ApplyAsync(
            $"match: {{side: client}}, remotes: {remotes}, allow_id0: {(allowId0 ? "true" : "false")}, {families}", $"{Announce}, {families}");
        var pair = await Room.ConnectAsync();

        await Room.ShouldHaveAsync(pair, expected.Split(' '));
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4, "1>1")]
    [InlineData(AddressKind.IPv6, "1v6>1v6")]
    public async Task No_strategy_leaves_a_connection_with_its_initial_subflow(AddressKind kind, string initial)
    {
        await Room.ApplyAsync("match: {side: client}, strategy: none", Announce);
        var pair = await Room.ConnectAsync(kind);
        await Room.ExplainedAsync("the announcements", pair, end => end.Announcements.Any(one => one.Id != 0), Side.Server);
        await PolicyLab.TransferAsync(pair);

        await Room.ShouldHaveAsync(pair, initial);
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4, "fullmesh", "1>1 2>1 3>1")]
    [InlineData(AddressKind.IPv6, "fullmesh", "1v6>1v6 2v6>1v6 3v6>1v6")]
    [InlineData(AddressKind.IPv4, "per-interface", "1>1 2>1 3>1")]
    [InlineData(AddressKind.IPv4, "none", "1>1")]
    [InlineData(AddressKind.IPv6, "ndiffports, ndiffports: 2", "1v6>1v6 1v6>1v6 1v6>1v6")]
    public async Task Where_nobody_is_delegated_to_the_fallback_holds(AddressKind kind, string fallback, string expected)
    {
        var words = fallback.Split(", ");
        var more = words.Length > 1 ? $", {words[1]}" : "";
        await Room.ApplyAsync(
            $"match: {{side: client}}, strategy: delegate, delegate: {{role: edge, deadline: 100ms, fallback: {words[0]}}}{more}");
        var pair = await Room.ConnectAsync(kind);

        await Room.ShouldHaveAsync(pair, expected.Split(' '));
    }

    [LabFact]
    public async Task The_first_policy_that_matches_decides_and_no_other()
    {
        await Room.ApplyAsync(
            "match: {remote: 10.0.0.0/8}, strategy: ndiffports, ndiffports: 4", "match: {side: client, interfaces: path1}, strategy: per-interface",
            "strategy: none");
        var pair = await Room.ConnectAsync();

        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");
        Assert.Equal("p1", (await Room.ExplainAsync(ServedLab.ClientName, pair.Client.Token)).Policy);
        Assert.Equal("p2", (await Room.ExplainAsync(ServedLab.ServerName, pair.Server.Token)).Policy);
    }

    [LabTheory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 5)]
    public async Task No_more_subflows_are_made_than_the_policy_allows(int most, int subflows)
    {
        await Room.ApplyAsync($"match: {{side: client}}, families: ipv4, max_subflows: {most}", $"{Announce}, families: ipv4");
        var pair = await Room.ConnectAsync();
        await Room.ExplainedAsync(
            "what is missing for want of room", pair, end => end.Paths.Count(path => path.Reason.Contains("allows", StringComparison.Ordinal)) == 9 - subflows);

        Assert.Equal(subflows, PathNames.At(Room.Client, pair.Client.Token).Split(' ').Length);
        Assert.Equal(subflows, PathNames.At(Room.Server, pair.Server.Token).Split(' ').Length);
    }

    static IEnumerable<string> Ends(int count, string suffix) => Enumerable.Range(1, count).Select(path => $"{path}{suffix}");
}
