using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>Many connections are kept to a policy at once, whatever the interfaces do meanwhile.</summary>
public class CrowdTests
{
    const int Connections = 1000;
    const int Flaps = 10;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_thousand_connections_have_exactly_their_subflows_after_interfaces_have_come_and_gone()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 3);
        await room.ApplyAsync("match: {side: client}, families: ipv4, retry: {initial: 100ms, max: 1s}");
        await using var crowd = await Crowd.StartAsync(room.Lab.Client, room.Lab.Server);
        await crowd.OpenAsync(Connections, room.Lab.Client.GetPath(1).PeerIPv4);
        for (var flap = 0; flap < Flaps; flap++)
        {
            await room.Lab.Client.CutPathAsync(2 + (flap % 2), Cancellation);
            await room.Lab.Client.RestorePathAsync(2 + (flap % 2), Cancellation);
        }

        await ShouldEndExactAsync(room, crowd, Connections);
    }

    [LabFact]
    public async Task What_happened_while_events_were_lost_is_made_up_for()
    {
        const int unheard = 500; // of which the smallest buffer holds some 160 events
        await using var room = await PolicyLab.CreateAsync(paths: 3, """ "events": { "receiveBufferBytes": 65536 } """);
        await room.ApplyAsync("match: {side: client}, families: ipv4, retry: {initial: 100ms, max: 1s}");
        await using var crowd = await Crowd.StartAsync(room.Lab.Client, room.Lab.Server);
        await crowd.OpenAsync(unheard, room.Lab.Client.GetPath(1).PeerIPv4);

        room.Daemon.Process.Pause();
        await crowd.OpenAsync(unheard, room.Lab.Client.GetPath(1).PeerIPv4);
        await crowd.CloseAsync(unheard / 2);
        await room.Lab.Client.CutPathAsync(2, Cancellation);
        room.Daemon.Process.Resume();
        await room.Lab.Client.RestorePathAsync(2, Cancellation);

        await ShouldEndExactAsync(room, crowd, unheard + (unheard / 2));
        Assert.Contains("the kernel dropped events", room.Daemon.Process.Transcript, StringComparison.Ordinal);
    }

    static async Task ShouldEndExactAsync(PolicyLab room, Crowd crowd, int connections)
    {
        await LabWait.UntilAsync(
            "each connection to have its three subflows in both kernels",
            () => IsExact(PathNames.At(room.Client), connections) && IsExact(PathNames.At(room.Server, mirrored: true), connections),
            TimeSpan.FromSeconds(20),
            Cancellation);
        Assert.Equal(connections, await crowd.CheckAsync());
        await room.ShouldHaveNoDifferencesAsync(decided: (uint)connections);
        await crowd.EndAsync();
    }

    static bool IsExact(IReadOnlyDictionary<uint, string> subflows, int connections) =>
        subflows.Count == connections && subflows.Values.All(names => names == "1>1 2>1 3>1");
}
