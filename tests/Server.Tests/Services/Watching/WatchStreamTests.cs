using System.Buffers;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Filters;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Routing;
using Connection = Mptcp.ControlPlane.Server.State.Connection;
using ConnectionState = Mptcp.ControlPlane.Server.State.ConnectionState;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

public sealed class WatchStreamTests : IAsyncDisposable
{
    private readonly EventLog _log = new(16);
    private readonly List<Connection> _connections = [];
    private readonly List<HostInterface> _interfaces = [];
    private readonly DaemonIdentity _identity = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<WatchResponse> _sent = Channel.CreateUnbounded<WatchResponse>();
    private CancellationTokenSource _end = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();
    private SemaphoreSlim? _gate;
    private Task _stream = Task.CompletedTask;

    [Fact]
    public async Task A_watch_begins_with_what_is_then_tells_what_happens()
    {
        _connections.Add(Known(1));
        Append(StateEventType.ConnectionCreated, 1);
        Start(new WatchOptions());

        Assert.Equal(EventType.ConnectionSnapshot, Assert.Single((await NextAsync()).Events.Events).Type);
        Assert.Equal(1UL, (await NextAsync()).Sync.Sequence);
        Append(StateEventType.ConnectionEstablished, 1);
        var told = Assert.Single((await NextAsync()).Events.Events);
        Assert.Equal((2UL, EventType.ConnectionEstablished), (told.Sequence, told.Type));
    }

    [Fact]
    public async Task A_watch_of_a_snapshot_alone_ends()
    {
        Start(new WatchOptions { Follow = false });

        Assert.NotNull((await NextAsync()).Sync);
        await _stream.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_resumed_watch_goes_on_with_the_next_event_and_repeats_none()
    {
        Start(new WatchOptions { Snapshot = false });
        var token = ResumeToken.TryParse((await NextAsync()).Sync.ResumeToken);
        await StopAsync();
        Append(StateEventType.ListenerCreated);
        Append(StateEventType.ListenerClosed);

        Start(new WatchOptions { Resume = token });
        Assert.Equal([1UL, 2UL], (await NextAsync()).Events.Events.Select(told => told.Sequence));
    }

    [Fact]
    public async Task A_token_of_another_run_of_the_daemon_is_told_as_a_loss_and_brings_a_snapshot()
    {
        _connections.Add(Known(1));
        Start(new WatchOptions { Resume = new ResumeToken(_identity.BootId, Guid.NewGuid(), 5) });

        Assert.Equal(LossSource.Restart, (await NextAsync()).Lost.Source);
        Assert.Single((await NextAsync()).Events.Events);
        Assert.NotNull((await NextAsync()).Sync);
    }

    [Fact]
    public async Task A_watcher_that_the_log_left_behind_is_told_once_what_it_lost_then_gets_a_snapshot()
    {
        _gate = new SemaphoreSlim(1);
        Start(new WatchOptions { Snapshot = false });
        await NextAsync();
        for (var i = 0; i < 40; i++)
            Append(StateEventType.ListenerCreated);
        _gate.Release(1000);

        var messages = new List<WatchResponse>();
        while (messages.Count == 0 || messages[^1].Sync is null)
            messages.Add(await NextAsync());
        var lost = Assert.Single(messages, message => message.Lost is not null).Lost;
        Assert.Equal(LossSource.Log, lost.Source);
        Assert.Equal(lost.LastSequence - lost.FirstSequence + 1, lost.Count);
        Assert.Equal(40UL, messages[^1].Sync.Sequence);
        var told = messages.Where(message => message.Events is not null).Sum(message => message.Events.Events.Count);
        Assert.True((ulong)told < lost.FirstSequence);
    }

    [Fact]
    public async Task A_watcher_may_have_a_loss_end_its_stream()
    {
        Start(new WatchOptions { Resume = new ResumeToken(Guid.NewGuid(), Guid.NewGuid(), 5), FailOnLoss = true });

        Assert.NotNull((await NextAsync()).Lost);
        var error = await Assert.ThrowsAsync<ControlPlaneException>(
            () => _stream.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.OutOfRange, ErrorReason.EventsLost), (error.StatusCode, error.Reason));
        _stream = Task.CompletedTask;
    }

    [Fact]
    public async Task What_the_kernel_lost_is_told_and_followed_by_a_snapshot()
    {
        Start(new WatchOptions { Snapshot = false });
        await NextAsync();
        Append(StateEventType.KernelLoss);

        Assert.Equal(LossSource.Kernel, (await NextAsync()).Lost.Source);
        Assert.NotNull((await NextAsync()).Sync);
    }

    [Fact]
    public async Task A_snapshot_tells_interfaces_before_connections()
    {
        _connections.Add(Known(1));
        _interfaces.Add(new HostInterface("self", new NetworkInterface(new NetworkLink(2, "path1"), [])));
        Start(new WatchOptions());

        var told = (await NextAsync()).Events.Events;
        Assert.Equal([EventType.InterfaceSnapshot, EventType.ConnectionSnapshot], told.Select(one => one.Type));
        Assert.Equal(("self", "path1", EventOrigin.Snapshot), (told[0].Namespace, told[0].Interface.Name, told[0].Origin));
        Assert.NotNull((await NextAsync()).Sync);
    }

    [Fact]
    public async Task Lost_changes_of_interfaces_are_told_to_those_who_want_them()
    {
        Start(new WatchOptions
        {
            Snapshot = false,
            Allow = [new WatchFilter { Types = new HashSet<StateEventType> { StateEventType.ListenerCreated } }],
        });
        await NextAsync();
        Append(StateEventType.InterfaceLoss);
        Append(StateEventType.ListenerCreated);
        Assert.Equal(2UL, Assert.Single((await NextAsync()).Events.Events).Sequence);
        await StopAsync();

        Start(new WatchOptions { Snapshot = false });
        await NextAsync();
        Append(StateEventType.InterfaceLoss);
        Assert.Equal(LossSource.Kernel, (await NextAsync()).Lost.Source);
        Assert.NotNull((await NextAsync()).Sync);
    }

    [Fact]
    public async Task Filters_let_through_what_is_allowed_and_not_denied()
    {
        Start(new WatchOptions
        {
            Snapshot = false,
            Allow = [new WatchFilter { Tokens = new HashSet<uint> { 1, 2 } }],
            Deny = [new WatchFilter { Types = new HashSet<StateEventType> { StateEventType.SubflowClosed } }],
        });
        await NextAsync();
        Append(StateEventType.SubflowEstablished, 3);
        Append(StateEventType.SubflowClosed, 1);
        Append(StateEventType.SubflowEstablished, 2);

        Assert.Equal(3UL, Assert.Single((await NextAsync()).Events.Events).Sequence);
    }

    [Fact]
    public async Task Bookmarks_come_on_time_while_nothing_matches()
    {
        Start(new WatchOptions
        {
            Snapshot = false,
            BookmarkInterval = TimeSpan.FromSeconds(1),
            Allow = [new WatchFilter { Tokens = new HashSet<uint> { 99 } }],
        });
        await NextAsync();
        Append(StateEventType.SubflowClosed, 1);
        var bookmark = NextAsync();
        while (!bookmark.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        Assert.Equal(1UL, (await bookmark).Bookmark.Sequence);
    }

    [Fact]
    public async Task Events_that_may_wait_come_together()
    {
        Start(new WatchOptions { Snapshot = false, BatchDelay = TimeSpan.FromSeconds(1), BatchEvents = 3 });
        await NextAsync();
        for (var i = 0; i < 3; i++)
            Append(StateEventType.ListenerCreated);

        Assert.Equal(3, (await NextAsync()).Events.Events.Count);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
        _end.Dispose();
        _gate?.Dispose();
    }

    private static Connection Known(uint token) => new("self", token, token) { State = ConnectionState.Established };

    private void Append(StateEventType type, uint token = 0)
    {
        _log.Append(new StateEvent(type, "self", _time.GetUtcNow()) { Token = token, Connection = token == 0 ? null : Known(token) });
        _log.Notify();
    }

    private void Start(WatchOptions options)
    {
        var stream = new WatchStream(
            _log, _ => Task.FromResult(new StateSnapshot([.. _connections], _log.Last) { Interfaces = [.. _interfaces] }), _identity, options,
            Access.Whole(AccessRole.Viewer), SendAsync, _services.GetRequiredService<ServerMetrics>(), _time);
        _stream = Task.Run(() => stream.RunAsync(_end.Token));
    }

    private async Task SendAsync(WatchMessage message, CancellationToken cancellation)
    {
        if (_gate is not null)
            await _gate.WaitAsync(cancellation);
        var bytes = new ArrayBufferWriter<byte>();
        message.WriteTo(bytes);
        await _sent.Writer.WriteAsync(WatchResponse.Parser.ParseFrom(bytes.WrittenSpan), cancellation);
    }

    private async Task<WatchResponse> NextAsync()
        => await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

    private async Task StopAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _stream;
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // That was asked for.
        }

        _stream = Task.CompletedTask;
        _end.Dispose();
        _end = new CancellationTokenSource();
    }
}
