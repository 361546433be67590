using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.ControlPlane.Server.Tests.Support;
using Connection = Mptcp.ControlPlane.Server.State.Connection;
using ConnectionState = Mptcp.ControlPlane.Server.State.ConnectionState;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

/// <summary>One watch stream over a log and connections that a test makes.</summary>
internal sealed class StreamLab(int capacity = 4096) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Channel<WatchResponse> _sent = Channel.CreateUnbounded<WatchResponse>();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();
    private readonly CancellationTokenSource _end = new();

    public EventLog Log { get; } = new(capacity);

    public List<Connection> Connections { get; } = [];

    public DaemonIdentity Identity { get; } = new();

    public JumpingClock Time { get; } = new();

    public Task Stream { get; private set; } = Task.CompletedTask;

    public static Connection Known(uint token) => new("self", token, token) { State = ConnectionState.Established };

    /// <summary>What snapshots wait for.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>The namespaces that are served; null for all that anybody knows.</summary>
    public IReadOnlySet<string>? Namespaces { get; init; }

    public void Start(WatchOptions options)
    {
        var stream = new WatchStream(
            Log, TakeAsync, Identity, options, Access.Whole(AccessRole.Viewer), SendAsync,
            _services.GetRequiredService<ServerMetrics>(), Time);
        Stream = Task.Run(() => stream.RunAsync(_end.Token));
    }

    public void Append(params StateEvent[] events)
    {
        foreach (var told in events)
            Log.Append(told);
        Log.Notify();
    }

    public void Append(StateEventType type, uint token = 0)
        => Append(new StateEvent(type, "self", Time.GetUtcNow()) { Token = token, Connection = token == 0 ? null : Known(token) });

    public void Lose(ulong? dropped, string name = "self")
        => Append(new StateEvent(StateEventType.KernelLoss, name, Time.GetUtcNow()) { Dropped = dropped });

    /// <summary>The next message.</summary>
    public Task<WatchResponse> NextAsync()
        => _sent.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>The next message, while time passes in small steps.</summary>
    /// <returns>The message, and how much time had passed.</returns>
    public async Task<(WatchResponse Message, TimeSpan Passed)> NextInTimeAsync()
    {
        var start = Time.GetTimestamp();
        var next = NextAsync();
        while (!next.IsCompleted)
        {
            Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        return (await next, Time.GetElapsedTime(start));
    }

    /// <summary>What was sent until and with the next sync.</summary>
    public async Task<(IReadOnlyList<Event> Events, Sync Sync)> SnapshotAsync()
    {
        var events = new List<Event>();
        while (true)
        {
            var message = await NextAsync();
            if (message.Sync is { } sync)
                return (events, sync);
            Assert.Equal("", message.Events.ResumeToken);
            events.AddRange(message.Events.Events);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Stream.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _end.Dispose();
        await _services.DisposeAsync();
    }

    private async Task<StateSnapshot> TakeAsync(CancellationToken cancellation)
    {
        if (Gate is { } gate)
            await gate.Task.WaitAsync(cancellation);
        return new StateSnapshot([.. Connections], Log.Last) { Namespaces = Namespaces };
    }

    private async Task SendAsync(WatchMessage message, CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>();
        message.WriteTo(bytes);
        await _sent.Writer.WriteAsync(WatchResponse.Parser.ParseFrom(bytes.WrittenSpan), cancellation);
    }
}
