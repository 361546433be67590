using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>What a person does to a connection stays, whatever the policy wants, also over the daemon's death.</summary>
public class ByHandTests
{
    const string Mesh = "match: {side: client}, families: ipv4";
    const string Announce = "match: {side: server}, strategy: none, families: ipv4, announce: [{interfaces: 'path*'}]";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task What_was_ended_made_or_set_by_hand_stays_so_over_the_daemons_death()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync($"{Mesh}, interfaces: {{deny: path3}}");
        var pair = await room.ConnectAsync();
        await room.ShouldHaveAsync(pair, "1>1", "2>1");

        await DestroyAsync(room, pair, "2>1");
        await CreateAsync(room, pair, path: 3);
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
        await room.ExplainedAsync("the word of who ended it", pair, end => end.Paths.Any(path => path.Reason.Contains("by hand", StringComparison.Ordinal)));

        await room.Daemon.KillAsync();
        await room.Daemon.StartAgainAsync();
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
        await room.ExplainedAsync("the word of it still", pair, end => end.Paths.Any(path => path.Reason.Contains("by hand", StringComparison.Ordinal)));

        // Another policy does not want what was made, and wants what was ended.
        await room.ApplyAsync("match: {side: client}, families: ipv4, strategy: per-interface, interfaces: {allow: [path1, path2]}");
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
        await room.ApplyAsync("strategy: none");
        await room.ShouldHaveAsync(pair, "1>1", "3>1");

        // The next connection is nobody's.
        await room.ApplyAsync($"{Mesh}, interfaces: {{deny: path3}}");
        await room.ShouldHaveAsync(await room.ConnectAsync(), "1>1", "2>1");
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
    }

    [LabFact]
    public async Task What_the_policy_made_is_still_its_own_after_the_daemons_death()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(Mesh);
        var pair = await room.ConnectAsync();
        await room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");

        await room.Daemon.KillAsync();
        await room.Daemon.StartAgainAsync();
        await room.ApplyAsync($"{Mesh}, interfaces: {{deny: path2}}");
        await room.ShouldHaveAsync(pair, "1>1", "3>1");
        await room.ApplyAsync("strategy: none");
        await room.ShouldHaveAsync(pair, "1>1");
    }

    [LabFact]
    public async Task An_address_that_somebody_withdrew_stays_withdrawn_and_one_that_he_announced_stays_announced()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync("match: {side: client}, families: ipv4, remotes: announced", $"{Announce}, interfaces: {{deny: path3}}");
        var pair = await room.ConnectAsync();
        await room.ShouldHaveAsync(pair, "1>1", "1>2", "2>2", "3>2");

        var announced = Assert.Single((await room.ExplainAsync(ServedLab.ServerName, pair.Server.Token)).Announcements);
        await room.Connections.WithdrawAddressAsync(
            new WithdrawAddressRequest { Namespace = ServedLab.ServerName, Token = pair.Server.Token, AddressId = announced.Id });
        await room.ShouldHaveAsync(pair, "1>1");
        await room.Connections.AnnounceAddressAsync(new AnnounceAddressRequest
        {
            Namespace = ServedLab.ServerName,
            Token = pair.Server.Token,
            Address = new SocketAddress { Address = room.Lab.Server.GetPath(3).IPv4.ToString() },
            AddressId = 9,
        });
        string[] all = ["1>1", "1>3", "2>3", "3>3"];
        await room.ShouldHaveAsync(pair, all);

        await room.Daemon.KillAsync();
        await room.Daemon.StartAgainAsync();
        await room.ShouldHaveAsync(pair, all);
        var explained = await room.ExplainAsync(ServedLab.ServerName, pair.Server.Token);
        Assert.Contains(explained.Announcements, one => one.Id == 9 && !one.Wanted);
        Assert.Contains(explained.Announcements, one => one.Id == 0 && one.Reason.Contains("by hand", StringComparison.Ordinal));
        Assert.Equal(room.Lab.Server.GetPath(3).IPv4.ToString(), Assert.Single(room.Server.PathManager.ListLocalAddresses(pair.Server.Token)).Address.ToString());
    }

    [LabFact]
    public async Task A_backup_that_somebody_set_by_hand_stays_one()
    {
        await using var room = await PolicyLab.CreateAsync();
        await room.ApplyAsync($"{Mesh}, backup: {{interfaces: path2, active_when: any_lost}}");
        var pair = await room.ConnectAsync();
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
        var subflow = await room.FindSubflowAsync(pair, "2>1");
        Assert.True(subflow.LocalBackup);

        subflow.Backup = false;
        await room.Connections.UpdateSubflowAsync(new UpdateSubflowRequest
        {
            Namespace = ServedLab.ClientName,
            Token = pair.Client.Token,
            Subflow = subflow,
            UpdateMask = new() { Paths = { "backup" } },
        });
        await room.ExplainedAsync("the word of who set it", pair, end => end.Paths.Any(path => path.Reason.Contains("by hand", StringComparison.Ordinal)));
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
        Assert.False((await room.FindSubflowAsync(pair, "2>1")).LocalBackup);
    }

    static async Task DestroyAsync(PolicyLab room, ConnectedPair pair, string name)
    {
        var subflow = await room.FindSubflowAsync(pair, name);
        await room.Connections.DestroySubflowAsync(new DestroySubflowRequest
        {
            Namespace = ServedLab.ClientName,
            Token = pair.Client.Token,
            Local = subflow.Local,
            Remote = subflow.Remote,
        });
    }

    static async Task CreateAsync(PolicyLab room, ConnectedPair pair, int path)
    {
        var made = await room.Connections.CreateSubflowAsync(
            new CreateSubflowRequest
            {
                Namespace = ServedLab.ClientName,
                Token = pair.Client.Token,
                Local = new SocketAddress { Address = room.Lab.Client.GetPath(path).IPv4.ToString() },
                Remote = new SocketAddress { Address = pair.Client.RemoteEndPoint.Address.ToString(), Port = (uint)pair.Client.RemoteEndPoint.Port },
                Wait = ServedPair.LongWait,
            },
            cancellationToken: Cancellation);
        Assert.Equal(SubflowState.Established, made.Subflow.State);
    }
}
