namespace Mptcp.Lab.Tests;

public class CrowdTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_crowd_says_which_connections_it_holds_at_both_ends()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);
        await crowd.OpenAsync(300, lab.Client.GetPath(1).PeerIPv4);
        await crowd.OpenAsync(200, lab.Client.GetPath(2).PeerIPv6);
        await crowd.OpenAsync(100, lab.Client.GetPath(2).PeerIPv4.MapToIPv6());
        await crowd.CloseAsync(50);

        Assert.Equal(550, await crowd.CheckAsync());
        var (clients, servers) = (await crowd.ListClientAsync(), await crowd.ListServerAsync());
        Assert.Equal(550, clients.Count);
        Assert.Equal(clients.Select(Ends).Order(), servers.Select(server => Ends(new(server.Remote, server.Local, 0, 0))).Order());
        Assert.Equal(200, clients.Count(client => client.Local.Address.Equals(lab.Client.GetPath(2).IPv6)));
        Assert.Equal(1100, clients.Concat(servers).Select(end => end.Token).Distinct().Count());
        Assert.DoesNotContain(clients.Concat(servers), end => end.Token == 0 || end.Cookie == 0);
        await crowd.EndAsync();
    }

    [LabFact]
    public async Task A_crowd_notices_that_a_connection_was_dropped()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);
        await crowd.OpenAsync(20, lab.Client.GetPath(1).PeerIPv4);
        var victim = (await crowd.ListClientAsync())[7];

        await using var killing = lab.Client.StartProcess("ss", "--kill", "--tcp", "sport", $"{victim.Local.Port}", "and", "dport", $"{victim.Remote.Port}");
        await killing.WaitForExitAsync();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(crowd.CheckAsync);

        Assert.Contains("19 connections are alive, and 1 were dropped", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{victim.Local} {victim.Remote}", failure.Message, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task Connections_come_and_go_beside_those_that_are_held_and_carry_data()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);
        var target = lab.Client.GetPath(1).PeerIPv4;
        await crowd.OpenAsync(100, target);
        await crowd.FlowAsync(50);
        await crowd.ChurnAsync(new ChurnOptions(PerSecond: 1000, TimeSpan.FromMilliseconds(20)) { AbortedPercent = 30 }, target);
        var before = lab.Client.ReadCounters(1).SentBytes;

        await LabWait.UntilAsync("connections to come", async _ => (await crowd.ListServerAsync()).Count > 105, cancellationToken: Cancellation);
        await LabWait.UntilAsync("data to flow", () => lab.Client.ReadCounters(1).SentBytes > before + 100_000, cancellationToken: Cancellation);

        Assert.True(await crowd.CalmAsync() > 5);
        Assert.Equal(100, await crowd.CheckAsync());
        await crowd.FlowAsync(0);
        await LabWait.UntilAsync("those that came to go", async _ => (await crowd.ListServerAsync()).Count == 100, cancellationToken: Cancellation);
        await crowd.EndAsync();
    }

    [LabFact]
    public async Task A_crowd_whose_server_speaks_no_multipath_holds_connections_that_fell_back()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server, new CrowdOptions { Transport = Transport.Tcp, Ports = 1 });
        await crowd.OpenAsync(10, lab.Client.GetPath(1).PeerIPv4);

        Assert.Equal(10, await crowd.CheckAsync());
        Assert.All(await crowd.ListClientAsync(), client => Assert.Equal(0u, client.Token));
        await crowd.EndAsync();
    }

    [LabFact]
    public async Task What_cannot_be_connected_is_said()
    {
        await using var lab = await NetworkLab.CreateAsync(cancellationToken: Cancellation);
        await using var crowd = await Crowd.StartAsync(lab.Client, lab.Server);
        await lab.Client.CutPathAsync(2, Cancellation);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => crowd.OpenAsync(1, lab.Client.GetPath(2).PeerIPv6));

        Assert.Contains("unreachable", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    static string Ends(CrowdConnection end) => $"{end.Local} {end.Remote}";
}
