using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

/// <summary>Comparisons with the kernel that are asked for, and that losses spoil, by a clock that moves when told to.</summary>
public sealed class KernelLoopRecoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestStreak = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();
    private readonly CollectedLog _log = new();
    private NetworkLab? _lab;
    private ServiceProvider? _services;
    private DroppedEvents? _events;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private NetworkLab Lab => _lab!;

    private DroppedEvents Events => _events!;

    private KernelLoop Loop => _services!.GetRequiredService<KernelLoop>();

    private HostNamespace Served => Loop.Namespaces.Single().Served;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [LabFact]
    public async Task Those_who_ask_for_comparisons_keep_nobody_from_a_snapshot_and_share_the_next_comparison()
    {
        await OpenAsync();
        await Loop.StartAsync().WaitAsync(Longest, Cancellation);

        var asked = new[] { ReconcileAsync(), ReconcileAsync() };
        await SnapshotAsync();
        Assert.All(asked, one => Assert.False(one.IsCompleted, "there was no pause"));

        Pass(Pause);
        foreach (var one in asked)
            await one.WaitAsync(Longest, Cancellation);
        Assert.Single(_log.Entries, entry => entry.Message.Contains("compared with the kernel (Request)", StringComparison.Ordinal));
    }

    [LabFact]
    public async Task Losses_without_end_keep_nobody_waiting_for_long_and_are_made_up_for_when_they_end()
    {
        await OpenAsync();
        using var connected = await Lab.ConnectAsync(cancellationToken: Cancellation);
        Events.AtRequest = Events.Drop;

        var begun = _time.GetUtcNow();
        var start = Loop.StartAsync();
        await PassUntilAsync("the start in a storm", start);
        Assert.True(_time.GetUtcNow() - begun >= LongestStreak);
        Assert.Contains(_log.Entries, entry => entry.Level == LogLevel.Warning && entry.Message.EndsWith("; still trying", StringComparison.Ordinal));

        var snapshot = await SnapshotAsync();
        Assert.Single(snapshot.Connections);
        var spoilt = ReconcileAsync();
        await PassUntilAsync("a comparison in a storm", spoilt);
        await Assert.ThrowsAsync<NetlinkTransportException>(() => spoilt);
        Assert.True(CountLosses() > 1);

        Events.AtRequest = null;
        var whole = ReconcileAsync();
        await PassUntilAsync("a comparison after the storm", whole);
        Assert.Equal(1, (await whole).Connections);

        // From here on a loss is waited for again.
        var isWaitedFor = await Loop.AskAsync(
            () =>
            {
                Events.Drop();
                Loop.Namespaces.Single().Hear();
                return Loop.Namespaces.Single().Standing.IsAwaited;
            },
            Cancellation);
        Assert.True(isWaitedFor);
        Pass(Pause);
        Assert.Single((await SnapshotAsync()).Connections);
    }

    [LabFact]
    public async Task Watchers_are_woken_before_the_kernel_is_asked_for_its_lists()
    {
        await OpenAsync();
        await Loop.StartAsync().WaitAsync(Longest, Cancellation);
        Pass(Pause);

        var told = Loop.Log.WaitAsync(Loop.Log.Last, Cancellation).AsTask();
        var toldBefore = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Events.AtRequest = () => toldBefore.TrySetResult(told.Wait(Longest / 3));
        Loop.Post(Events.Drop);

        Assert.True(await toldBefore.Task.WaitAsync(Longest, Cancellation), "the loss was told only after the lists");
        Assert.Equal(1, CountLosses());
    }

    public async ValueTask DisposeAsync()
    {
        _events?.Dispose();
        if (_services is not null)
            await _services.DisposeAsync();
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    private async Task OpenAsync()
    {
        _lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        _services = LoopServices.Create(
            _log, _time, new DaemonOptions { Namespaces = [Lab.Client.NamespacePath], EventReceiveBufferBytes = DroppedEvents.SmallestBuffer });
        _events = new DroppedEvents(_services, Lab.Client);
        Assert.False(Loop.IsStarted);
    }

    private Task<ReconcileOutcome> ReconcileAsync() => Loop.ReconcileAsync(Served, Cancellation);

    private Task<StateSnapshot> SnapshotAsync() => Loop.SnapshotAsync(null, Cancellation).WaitAsync(Longest, Cancellation);

    private int CountLosses()
    {
        var read = new StateEvent[1000];
        var (count, _) = Loop.Log.Read(0, read);
        return read.Take(count).Count(told => told.Type == StateEventType.KernelLoss);
    }

    // The loop waits by the host's clock for what is due by this one.
    private void Pass(TimeSpan time)
    {
        _time.Advance(time);
        Loop.Post(static () => { });
    }

    private Task PassUntilAsync(string what, Task end) => LabWait.UntilAsync(
        what,
        () =>
        {
            Pass(Pause);
            return end.IsCompleted;
        },
        Longest,
        Cancellation);
}
