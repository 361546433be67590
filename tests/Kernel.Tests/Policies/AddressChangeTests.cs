using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>What becomes of connections when addresses and interfaces of a host come and go.</summary>
public sealed class AddressChangeTests(SharedPolicyLab shared) : IClassFixture<SharedPolicyLab>, IAsyncDisposable
{
    const string Mesh = "match: {side: client}";
    const string Announce = "match: {side: server}, strategy: none, announce: [{interfaces: 'path*'}]";

    readonly List<Func<Task>> _repairs = [];

    public static TheoryData<AddressKind, string> Families { get; } = new() { { AddressKind.IPv4, "" }, { AddressKind.IPv6, "v6" } };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    PolicyLab Room => shared.Room;

    LabHost Client => Room.Lab.Client;

    LabHost Server => Room.Lab.Server;

    public async ValueTask DisposeAsync()
    {
        if (LabSupport.SkipReason is not null)
            return;
        Room.CloseAll();
        foreach (var repair in Enumerable.Reverse(_repairs))
            await repair();
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4, "", "198.18.2.101", "24")]
    [InlineData(AddressKind.IPv6, "v6", "2001:db8:2::101", "64 nodad")]
    public async Task A_new_address_is_joined_and_one_that_is_gone_is_left(AddressKind kind, string suffix, string address, string more)
    {
        await Room.ApplyAsync($"{Mesh}, families: {(suffix.Length > 0 ? "ipv6" : "ipv4")}");
        var pair = await Room.ConnectAsync(kind);
        string[] before = [$"1{suffix}>1{suffix}", $"2{suffix}>1{suffix}", $"3{suffix}>1{suffix}"];
        await Room.ShouldHaveAsync(pair, before);

        await Client.IpAsync($"address add {address}/{more} dev path2", Cancellation);
        await Room.ShouldHaveAsync(pair, [.. before, $"{address}>1{suffix}"]);
        await Client.IpAsync($"address delete {address}/{more.Split(' ')[0]} dev path2", Cancellation);
        await Room.ShouldHaveAsync(pair, before);
        await PolicyLab.TransferAsync(pair);
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task A_new_interface_is_joined_and_one_that_is_gone_is_left(AddressKind kind, string suffix)
    {
        await Room.ApplyAsync($"{Mesh}, strategy: per-interface, families: {(suffix.Length > 0 ? "ipv6" : "ipv4")}");
        var pair = await Room.ConnectAsync(kind);
        string[] before = [$"1{suffix}>1{suffix}", $"2{suffix}>1{suffix}", $"3{suffix}>1{suffix}"];
        await Room.ShouldHaveAsync(pair, before);

        await Client.IpAsync($"link add added type veth peer name added netns {Server.NamespacePath}", Cancellation);
        await Server.IpAsync(
            ["address add 198.18.9.2/24 dev added", "address add 2001:db8:9::2/64 dev added nodad", "link set dev added up"], Cancellation);
        await Client.IpAsync(
            ["address add 198.18.9.1/24 dev added", "address add 2001:db8:9::1/64 dev added nodad", "link set dev added up"], Cancellation);
        await Room.ShouldHaveAsync(pair, [.. before, $"9{suffix}>1{suffix}"]);
        await Client.IpAsync("link delete dev added", Cancellation);
        await Room.ShouldHaveAsync(pair, before);
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task A_link_that_goes_down_ends_its_subflows_at_both_ends_and_has_them_again_when_it_is_up(AddressKind kind, string suffix)
    {
        await Room.ApplyAsync($"{Mesh}, families: {(suffix.Length > 0 ? "ipv6" : "ipv4")}");
        var pair = await Room.ConnectAsync(kind);
        string[] all = [$"1{suffix}>1{suffix}", $"2{suffix}>1{suffix}", $"3{suffix}>1{suffix}"];
        await Room.ShouldHaveAsync(pair, all);

        _repairs.Add(() => Client.RestorePathAsync(2, CancellationToken.None));
        await Client.CutPathAsync(2, Cancellation);
        await Room.ShouldHaveAsync(pair, all[0], all[2]);
        await PolicyLab.TransferAsync(pair);
        await Client.RestorePathAsync(2, Cancellation);
        await Room.ShouldHaveAsync(pair, all);
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task The_address_that_a_connection_began_with_can_be_lost_like_any_other(AddressKind kind, string suffix)
    {
        var families = $"families: {(suffix.Length > 0 ? "ipv6" : "ipv4")}, interfaces: {{deny: path3}}";
        await Room.ApplyAsync($"{Mesh}, {families}", $"{Announce}, {families}");
        var pair = await Room.ConnectAsync(kind);
        string[] left = [$"2{suffix}>1{suffix}", $"2{suffix}>2{suffix}"];
        string[] all = [$"1{suffix}>1{suffix}", $"1{suffix}>2{suffix}", .. left];
        await Room.ShouldHaveAsync(pair, all);

        var address = suffix.Length > 0 ? $"{Client.GetPath(1).IPv6}/64" : $"{Client.GetPath(1).IPv4}/24";
        _repairs.Add(() => Client.IpAsync($"address replace {address} dev path1{(suffix.Length > 0 ? " nodad" : "")}"));
        // As with two default routes: what runs from elsewhere still reaches the server's first address.
        var detour = suffix.Length > 0
            ? $"route add 2001:db8:1::/64 via {Client.GetPath(2).PeerIPv6} metric 5000"
            : $"route add 198.18.1.0/24 via {Client.GetPath(2).PeerIPv4} metric 5000";
        _repairs.Add(() => Client.IpAsync(detour.Replace("add", "delete", StringComparison.Ordinal)));
        await Client.IpAsync(detour, Cancellation);
        await Client.IpAsync($"address delete {address} dev path1", Cancellation);
        // The kernel cannot tell the peer that the address of the initial subflow is gone, which it could only from that.
        await Room.ClientShouldHaveAsync(pair, left);
        await PolicyLab.TransferAsync(pair);
        await _repairs[^2]();
        await Room.ClientShouldHaveAsync(pair, all);
    }

    [LabTheory]
    [MemberData(nameof(Families))]
    public async Task A_server_that_loses_an_address_withdraws_it_and_announces_it_again(AddressKind kind, string suffix)
    {
        var families = $"families: {(suffix.Length > 0 ? "ipv6" : "ipv4")}, interfaces: {{deny: path3}}";
        await Room.ApplyAsync($"{Mesh}, {families}", $"{Announce}, {families}");
        var pair = await Room.ConnectAsync(kind);
        string[] left = [$"1{suffix}>1{suffix}", $"2{suffix}>1{suffix}"];
        string[] all = [.. left, $"1{suffix}>2{suffix}", $"2{suffix}>2{suffix}"];
        await Room.ShouldHaveAsync(pair, all);

        var address = suffix.Length > 0 ? $"{Server.GetPath(2).IPv6}/64" : $"{Server.GetPath(2).IPv4}/24";
        _repairs.Add(() => Server.IpAsync($"address replace {address} dev path2{(suffix.Length > 0 ? " nodad" : "")}"));
        await Server.IpAsync($"address delete {address} dev path2", Cancellation);
        await Room.ShouldHaveAsync(pair, left);
        await _repairs[^1]();
        await Room.ShouldHaveAsync(pair, all);
    }

    [LabFact]
    public async Task What_runs_over_a_link_without_carrier_is_kept_and_nothing_new_begins_there()
    {
        await Room.ApplyAsync($"{Mesh}, families: ipv4");
        var old = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(old, "1>1", "2>1", "3>1");
        var cookies = CookiesOf(old);

        _repairs.Add(() => Server.RestorePathAsync(2, CancellationToken.None));
        await using var watch = await WatchProbe.StartAsync(Room.Daemon.Client, new WatchRequest());
        await Server.CutPathAsync(2, Cancellation);
        await watch.FirstAsync(
            EventType.InterfaceChanged,
            told => told.Namespace == ServedLab.ClientName && told.Interface is { Name: "path2", Carrier: false });
        var added = await Room.ConnectAsync();
        var explained = await Room.ExplainedAsync(
            "what waits for a carrier", added, end => end.Paths.Any(path => path.Reason.Contains("no carrier", StringComparison.Ordinal)));
        Assert.Equal(PathStanding.Missing, Assert.Single(explained.Paths, path => path.Interface == "path2").Standing);
        await Room.ShouldHaveAsync(added, "1>1", "3>1");
        await Room.ShouldHaveAsync(old, "1>1", "2>1", "3>1");

        await Server.RestorePathAsync(2, Cancellation);
        await Room.ShouldHaveAsync(added, "1>1", "2>1", "3>1");
        await Room.ShouldHaveAsync(old, "1>1", "2>1", "3>1");
        Assert.Equal(cookies, CookiesOf(old));
    }

    [LabFact]
    public async Task An_IPv6_address_is_joined_when_it_has_been_found_to_be_nobody_elses()
    {
        Client.SetSysctl("net.ipv6.conf.path2.accept_dad", "1");
        _repairs.Add(() => Client.RunAsync(() => Client.SetSysctl("net.ipv6.conf.path2.accept_dad", "0")));
        await Room.ApplyAsync($"{Mesh}, families: ipv6");
        var pair = await Room.ConnectAsync(AddressKind.IPv6);
        await Room.ShouldHaveAsync(pair, "1v6>1v6", "2v6>1v6", "3v6>1v6");

        _repairs.Add(() => Client.IpAsync("address delete 2001:db8:2::77/64 dev path2"));
        await Client.IpAsync("address add 2001:db8:2::77/64 dev path2", Cancellation);
        await Room.ExplainedAsync("the check", pair, end => end.Paths.Any(path => path.Reason.Contains("still being checked", StringComparison.Ordinal)));
        Assert.Equal("1v6>1v6 2v6>1v6 3v6>1v6", PathNames.At(Room.Client, pair.Client.Token));
        await Room.ShouldHaveAsync(pair, "1v6>1v6", "2001:db8:2::77>1v6", "2v6>1v6", "3v6>1v6");
    }

    [LabFact]
    public async Task An_IPv6_address_that_somebody_else_has_is_never_joined()
    {
        Client.SetSysctl("net.ipv6.conf.path2.accept_dad", "1");
        _repairs.Add(() => Client.RunAsync(() => Client.SetSysctl("net.ipv6.conf.path2.accept_dad", "0")));
        await Room.ApplyAsync($"{Mesh}, families: ipv6");
        var pair = await Room.ConnectAsync(AddressKind.IPv6);
        _repairs.Add(() => Server.IpAsync("address delete 2001:db8:2::78/64 dev path2"));
        await Server.IpAsync("address add 2001:db8:2::78/64 dev path2 nodad", Cancellation);
        _repairs.Add(() => Client.IpAsync("address delete 2001:db8:2::78/64 dev path2"));
        await Client.IpAsync("address add 2001:db8:2::78/64 dev path2", Cancellation);

        await Room.ExplainedAsync(
            "the duplicate", pair, end => end.Paths.Any(path => path.Reason.Contains("somebody else on the link has the address", StringComparison.Ordinal)));
        await Room.ShouldHaveAsync(pair, "1v6>1v6", "2v6>1v6", "3v6>1v6");
    }

    [LabFact]
    public async Task Subflows_that_are_bound_to_their_interface_leave_by_it()
    {
        await Room.ApplyAsync("match: {side: client}, strategy: per-interface, families: ipv4, bind_interface: true");
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");

        foreach (var path in new[] { 2, 3 })
            Assert.Equal(Client.GetPath(path).InterfaceIndex, (await Room.FindSubflowAsync(pair, $"{path}>1")).InterfaceIndex);
        long Sent(int path) => Client.ReadCounters(path).SentBytes;
        var before = (Sent(2), Sent(3));
        await pair.LoadUntilAsync("bytes by each interface", () => Sent(2) - before.Item1 > 200_000 && Sent(3) - before.Item2 > 200_000, Cancellation);
    }

    string CookiesOf(ConnectedPair pair) => string.Join(' ', Room.Client.ListSubflows()
        .Where(subflow => subflow.Subflow!.LocalToken == pair.Client.Token).Select(subflow => subflow.Cookie).Order());
}
