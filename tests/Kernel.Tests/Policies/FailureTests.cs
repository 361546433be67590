using System.Net;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>Paths that fail, and what others do to a connection meanwhile.</summary>
public sealed class FailureTests(SharedPolicyLab shared) : IClassFixture<SharedPolicyLab>, IDisposable
{
    const string Mesh = "match: {side: client}, families: ipv4, interfaces: {deny: path3}";
    const int ClosedPort = 9009;

    PolicyLab Room => shared.Room;

    LabHost Server => Room.Lab.Server;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (LabSupport.SkipReason is null)
            Room.CloseAll();
    }

    [LabFact]
    public async Task What_a_closed_port_refuses_is_tried_again_until_it_is_open()
    {
        await Room.ApplyAsync($"{Mesh}, remotes: announced, retry: {{initial: 50ms, max: 100ms}}");
        var pair = await AnnounceClosedPortAsync();
        var explained = await Room.ExplainedAsync("several failures", pair, end => end.Paths.Any(path => path.Failures >= 3));
        Assert.Contains("ECONNREFUSED", explained.Paths.First(path => path.Failures > 0).Reason, StringComparison.Ordinal);

        Room.Keep(MptcpListener.Open(Server, new IPEndPoint(Server.GetPath(2).IPv4, ClosedPort)));
        await Room.ShouldHaveAsync(pair, "1>1", "1>2", "2>2");
        await Room.ShouldHaveNoDifferencesAsync();
    }

    [LabTheory]
    [InlineData("final_errors: [ECONNREFUSED]", 1)]
    [InlineData("initial: 10ms, attempts: 3", 3)]
    public async Task What_fails_for_good_is_given_up_until_the_policy_changes(string retry, uint failures)
    {
        await Room.ApplyAsync($"{Mesh}, remotes: announced, retry: {{{retry}}}");
        var pair = await AnnounceClosedPortAsync();
        bool IsGivenUp(ExplainedPath path) =>
            path.Failures == failures && path.RetryTime is null && path.Reason.Contains("given up", StringComparison.Ordinal);
        await Room.ExplainedAsync("the end of trying", pair, end => end.Paths.Count(IsGivenUp) == 2);

        Room.Keep(MptcpListener.Open(Server, new IPEndPoint(Server.GetPath(2).IPv4, ClosedPort)));
        await PolicyLab.TransferAsync(pair);
        await Room.ShouldHaveAsync(pair, "1>1");
        await Room.ApplyAsync($"{Mesh}, remotes: announced");
        await Room.ShouldHaveAsync(pair, "1>1", "1>2", "2>2");
    }

    [LabFact]
    public async Task What_the_peer_announces_and_withdraws_comes_and_goes()
    {
        await Room.ApplyAsync(Mesh);
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1");

        for (var round = 0; round < 2; round++)
        {
            Room.Server.PathManager.Announce(pair.Server.Token, new Endpoint(Server.GetPath(2).IPv4) { Id = 5 });
            await Room.ShouldHaveAsync(pair, "1>1", "1>2", "2>1", "2>2");
            Room.Server.PathManager.Withdraw(pair.Server.Token, 5);
            await Room.ShouldHaveAsync(pair, "1>1", "2>1");
        }
    }

    [LabFact]
    public async Task A_subflow_that_is_reset_is_made_again()
    {
        await Room.ApplyAsync($"{Mesh}, retry: {{initial: 50ms}}");
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1");

        foreach (var host in new[] { Room.Client, Room.Server })
        {
            var token = host == Room.Client ? pair.Client.Token : pair.Server.Token;
            var subflows = host.ListSubflows().Where(subflow => subflow.Subflow!.LocalToken == token).ToList();
            var second = Assert.Single(subflows, subflow => PathNames.Of(subflow.Local.Address, subflow.Remote.Address) is "2>1"
                || PathNames.Of(subflow.Remote.Address, subflow.Local.Address) is "2>1");
            host.Reset(second);
            await LabWait.UntilAsync(
                "another one", () => host.ListSubflows().All(subflow => subflow.Cookie != second.Cookie), cancellationToken: Cancellation);
            await Room.ShouldHaveAsync(pair, "1>1", "2>1");
        }
    }

    [LabFact]
    public async Task What_the_peer_says_of_backups_is_left_as_it_is()
    {
        await Room.ApplyAsync(Mesh);
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1");

        SetBackupAtServer(pair, "2>1", backup: true);
        await LabWait.UntilAsync(
            "the peer's word", async _ => (await Room.FindSubflowAsync(pair, "2>1")).RemoteBackup, cancellationToken: Cancellation);
        await Room.ShouldHaveAsync(pair, "1>1", "2>1");
        var subflow = await Room.FindSubflowAsync(pair, "2>1");
        Assert.Equal((false, true), (subflow.LocalBackup, subflow.RemoteBackup));
    }

    [LabFact]
    public async Task A_backup_becomes_more_than_that_when_the_peer_makes_all_others_backups()
    {
        await Room.ApplyAsync($"{Mesh}, backup: {{interfaces: path2}}");
        var pair = await Room.ConnectAsync();
        await Room.ShouldHaveAsync(pair, "1>1", "2>1");
        Assert.True((await Room.FindSubflowAsync(pair, "2>1")).LocalBackup);

        foreach (var backup in new[] { true, false })
        {
            SetBackupAtServer(pair, "1>1", backup);
            await LabWait.UntilAsync(
                "what follows for the backup",
                async _ => (await Room.FindSubflowAsync(pair, "2>1")).LocalBackup == !backup,
                cancellationToken: Cancellation);
            await Room.ShouldHaveAsync(pair, "1>1", "2>1");
        }
    }

    [LabFact]
    public async Task Ids_that_somebody_else_has_taken_are_left_to_him()
    {
        await Room.ApplyAsync();
        var pair = await Room.ConnectAsync();
        var token = pair.Client.Token;
        // Nobody tells the daemon of announcements that others make.
        Room.Client.PathManager.Announce(token, new Endpoint(Room.Lab.Client.GetPath(2).IPv4) { Id = 77 });
        for (byte id = 1; id <= 3; id++)
            Room.Client.PathManager.Announce(token, new Endpoint(IPAddress.Parse($"198.18.200.{id}")) { Id = id });
        Room.Client.PathManager.CreateSubflow(new SubflowRequest(token, new Endpoint(Room.Lab.Client.GetPath(3).IPv4) { Id = 4 }, pair.Client.RemoteEndPoint));
        await Room.ShouldHaveAsync(pair, "1>1", "3>1");

        await Room.ApplyAsync("match: {side: client}, families: ipv4");
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");
        Assert.Equal((77u, 4u), ((await Room.FindSubflowAsync(pair, "2>1")).LocalId, (await Room.FindSubflowAsync(pair, "3>1")).LocalId));
    }

    [LabFact]
    public async Task An_id_that_an_unseen_announcement_has_is_not_used_for_another_address()
    {
        await Room.ApplyAsync();
        var pair = await Room.ConnectAsync();
        for (byte id = 1; id <= 20; id++)
            Room.Client.PathManager.Announce(pair.Client.Token, new Endpoint(IPAddress.Parse($"198.18.200.{id}")) { Id = id });

        await Room.ApplyAsync("match: {side: client}, families: ipv4");
        await Room.ShouldHaveAsync(pair, "1>1", "2>1", "3>1");
        await Room.ShouldHaveNoDifferencesAsync();
    }

    async Task<ConnectedPair> AnnounceClosedPortAsync()
    {
        var pair = await Room.ConnectAsync();
        Room.Server.PathManager.Announce(pair.Server.Token, new Endpoint(Server.GetPath(2).IPv4) { Id = 5, Port = ClosedPort });
        return pair;
    }

    void SetBackupAtServer(ConnectedPair pair, string name, bool backup)
    {
        var subflow = Assert.Single(
            Room.Server.ListSubflows(),
            subflow => subflow.Subflow!.LocalToken == pair.Server.Token && PathNames.Of(subflow.Remote.Address, subflow.Local.Address) == name);
        Room.Server.PathManager.SetSubflowBackup(pair.Server.Token, new SubflowAddresses(subflow.Local, subflow.Remote), backup);
    }
}
