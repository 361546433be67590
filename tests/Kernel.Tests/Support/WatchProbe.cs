using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A watcher that keeps everything it is told.</summary>
sealed class WatchProbe : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Collected<WatchResponse> _messages = new();
    readonly Collected<Event> _events = new();
    readonly Task<RpcException?> _reading;
    bool _disposed;

    WatchProbe(ControlPlaneClient client, WatchRequest request) => _reading = ReadAsync(client, request);

    /// <summary>Every message so far.</summary>
    public IReadOnlyList<WatchResponse> Messages => _messages.Items;

    /// <summary>The events of every message so far.</summary>
    public IReadOnlyList<Event> Events => _events.Items;

    /// <summary>Ends with the stream: with null where that ended well.</summary>
    public Task<RpcException?> Ended => _reading;

    /// <summary>Begins to watch, and waits for the first <c>sync</c>.</summary>
    public static async Task<WatchProbe> StartAsync(ControlPlaneClient client, WatchRequest request)
    {
        var probe = Start(client, request);
        await probe.MessageAsync("sync", message => message.Sync is not null);
        return probe;
    }

    /// <summary>Begins to watch.</summary>
    public static WatchProbe Start(ControlPlaneClient client, WatchRequest request) => new(client, request);

    /// <summary>Awaits the first event of a type that matches, from the beginning.</summary>
    public Task<Event> FirstAsync(EventType type, Func<Event, bool>? matches = null, TimeSpan? timeout = null) =>
        _events.FirstAsync($"the event {type}", told => told.Type == type && (matches?.Invoke(told) ?? true), timeout: timeout);

    /// <summary>Awaits the first message that matches, from the beginning or after some.</summary>
    public Task<WatchResponse> MessageAsync(string what, Func<WatchResponse, bool> matches, int skip = 0, TimeSpan? timeout = null) =>
        _messages.FirstAsync(what, matches, skip, timeout);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    async Task<RpcException?> ReadAsync(ControlPlaneClient client, WatchRequest request)
    {
        try
        {
            await foreach (var message in client.WatchAsync(request, _stop.Token))
            {
                foreach (var told in message.Events?.Events ?? [])
                    _events.Add(told);
                _messages.Add(message);
            }

            End(null);
            return null;
        }
        catch (RpcException exception)
        {
            End(exception);
            return exception;
        }
        catch (OperationCanceledException)
        {
            End(null);
            return null;
        }
    }

    void End(Exception? why)
    {
        _events.End(why);
        _messages.End(why);
    }
}
