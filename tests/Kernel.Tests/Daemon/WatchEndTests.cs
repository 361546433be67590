using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Losses and ends: of events, of streams, of the daemon.</summary>
public class WatchEndTests
{
    // Bytes; the kernel doubles it, and an event takes about 800.
    const int SmallestEventBuffer = 65_536;
    const int StormOfConnections = 200;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_stopping_daemon_ends_its_streams_within_a_second_and_says_why()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        await using var other = await WatchProbe.StartAsync(daemon.Client, new WatchRequest { Mode = WatchMode.FollowOnly });

        var start = Stopwatch.GetTimestamp();
        daemon.Process.Terminate();
        var ends = await LabWait.ForAsync("the end of the streams", Task.WhenAll(watch.Ended, other.Ended));
        var taken = Stopwatch.GetElapsedTime(start);

        Assert.InRange(taken, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(ends, end => Assert.Equal(
            (StatusCode.Unavailable, ErrorReason.ShuttingDown), (end!.StatusCode, ControlPlaneError.From(end).Reason)));
        Assert.Equal(0, await daemon.Process.WaitForExitAsync());
        Assert.DoesNotContain("   at ", daemon.Process.Transcript, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task What_the_kernel_drops_is_told_as_lost_and_a_snapshot_follows()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartConfiguredAsync(
            lab.Server, $$"""{ "events": { "receiveBufferBytes": {{SmallestEventBuffer}} } }""");
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        await using var failing = await WatchProbe.StartAsync(daemon.Client, new WatchRequest { OnLost = LostPolicy.Fail });
        using var kept = await lab.ConnectAsync(cancellationToken: Cancellation);
        var closedUnheard = await lab.ConnectAsync(cancellationToken: Cancellation);
        var (keptToken, closedToken) = (kept.Server.Token, closedUnheard.Server.Token);
        await watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == closedToken);

        using var all = new EventProbe(NetworkNamespace.Find(lab.Server.NamespacePath));
        await SignalAsync(lab.Server, daemon, "STOP");
        for (var i = 0; i < StormOfConnections; i++)
            (await lab.ConnectAsync(cancellationToken: Cancellation)).Dispose();
        closedUnheard.Dispose();
        await SignalAsync(lab.Server, daemon, "CONT");

        var lost = (await watch.MessageAsync("a loss", message => message.Lost is not null)).Lost;
        var after = watch.Messages.ToList().FindIndex(message => message.Lost is not null) + 1;
        await watch.MessageAsync("a sync after the loss", message => message.Sync is not null, skip: after);
        Assert.Equal((LossSource.Kernel, true, "self"), (lost.Source, lost.HasCount, lost.Namespace));
        Assert.InRange(lost.Count, 1UL, (ulong)all.All.Count);
        var snapshot = watch.Messages.Skip(after).TakeWhile(message => message.Sync is null).SelectMany(message => message.Events.Events).ToList();
        Assert.All(snapshot, told => Assert.Equal(EventOrigin.Snapshot, told.Origin));
        Assert.Contains(snapshot, told => told.Token == keptToken);

        // A snapshot from before the comparison with the kernel still has what is then told as closed.
        if (snapshot.Exists(told => told.Token == closedToken))
            Assert.Equal(EventOrigin.Reconciled, (await watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == closedToken)).Origin);
        await LabWait.UntilAsync(
            "nothing but what is to be listed",
            async _ => await TokensAsync(daemon) is [var token] && token == keptToken,
            cancellationToken: Cancellation);
        var refused = ControlPlaneError.From((await failing.Ended)!);
        Assert.Equal((StatusCode.OutOfRange, ErrorReason.EventsLost), (refused.StatusCode, refused.Reason));

        using var next = await lab.ConnectAsync(cancellationToken: Cancellation);
        await watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == next.Server.Token);
    }

    [LabFact]
    public async Task A_resume_token_from_before_a_restart_brings_a_snapshot_instead()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        string token;
        await using (var before = await DaemonProcess.StartAsync(lab.Client))
        {
            await using var first = await WatchProbe.StartAsync(before.Client, new WatchRequest());
            token = first.Messages[^1].Sync.ResumeToken;
        }

        await using var after = await DaemonProcess.StartAsync(lab.Client);
        await using var second = await WatchProbe.StartAsync(after.Client, new WatchRequest { ResumeToken = token });

        Assert.Equal(LossSource.Restart, second.Messages[0].Lost.Source);
        Assert.NotNull(second.Messages[^1].Sync);
    }

    static async Task<List<uint>> TokensAsync(DaemonProcess daemon) =>
        await daemon.Client.ListConnectionsAsync(Cancellation).Select(known => known.Token).ToListAsync(Cancellation);

    static async Task SignalAsync(LabHost host, DaemonProcess daemon, string signal)
    {
        await using var kill = host.StartProcess("sh", "-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {daemon.Process.Id}"));
        Assert.Equal(0, await kill.WaitForExitAsync());
    }
}
