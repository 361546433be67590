using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>Paths over which nothing comes any more.</summary>
public class SilenceTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_path_that_answers_nothing_is_given_its_time_and_tried_again()
    {
        await using var room = await PolicyLab.CreateAsync(settings: "\"connections\": { \"subflowTimeoutSeconds\": 1 }");
        await room.ApplyAsync("match: {side: client}, families: ipv4, retry: {initial: 100ms}");
        await room.Lab.Server.BlackholePathAsync(2, Cancellation);
        var pair = await room.ConnectAsync();
        var explained = await room.ExplainedAsync("the time-out", pair, end => end.Paths.Any(path => path.Failures > 0));
        Assert.NotEqual("", explained.Paths.First(path => path.Failures > 0).Reason);

        await room.Lab.Server.RestorePathAsync(2, Cancellation);
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [LabFact]
    public async Task A_cold_backup_is_made_when_the_others_are_gone_and_ended_when_they_are_back()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync(
            "match: {side: client}, families: ipv4, remotes: announced, interfaces: {deny: path1}, backup: {interfaces: path3, standby: cold, after: 100ms}",
            "match: {side: server}, strategy: none, families: ipv4, announce: [{interfaces: [path2, path3]}]");
        var pair = await room.ConnectAsync();
        await room.ShouldHaveAsync(pair, "1>1", "2>2", "2>3");
        await room.ApplyAsync(
            "match: {side: client}, families: ipv4, remotes: announced, backup: {interfaces: path3, standby: cold, after: 100ms}",
            "match: {side: server}, strategy: none, families: ipv4, announce: [{interfaces: [path2, path3]}]");
        await room.ShouldHaveAsync(pair, "1>1", "1>2", "1>3", "2>2", "2>3");

        await room.Lab.Client.CutPathAsync(2, Cancellation);
        await room.ClientShouldHaveAsync(pair, "1>1", "1>2", "1>3");
        await room.Lab.Client.CutPathAsync(1, Cancellation);
        await room.ClientShouldHaveAsync(pair, "3>3");
        await room.Lab.Client.RestorePathAsync(2, Cancellation);
        await room.ClientShouldHaveAsync(pair, "2>2", "2>3");
        await PolicyLab.TransferAsync(pair);
    }
}
