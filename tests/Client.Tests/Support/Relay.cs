using System.Net.Sockets;

namespace Mptcp.ControlPlane.Client.Tests.Support;

/// <summary>Stands between clients and a daemon's socket, and can fall silent without closing anything, as a frozen peer does.</summary>
sealed class Relay : IAsyncDisposable
{
    readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly CancellationTokenSource _stop = new();
    readonly string _target;
    readonly Task _accepting;
    CancellationTokenSource _flow;

    public Relay(string target)
    {
        _target = target;
        _flow = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find it.</summary>
    public string Address => "unix:" + Path;

    string Path => _target + ".relay";

    /// <summary>Carries nothing any more over the connections that there are; new ones work.</summary>
    public async Task FreezeAsync()
    {
        var frozen = Interlocked.Exchange(ref _flow, CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
        await frozen.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _flow.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var sockets = new List<Socket>();
        var copies = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                sockets.AddRange(client, daemon);
                await daemon.ConnectAsync(new UnixDomainSocketEndPoint(_target), _stop.Token);
                copies.AddRange(CopyAsync(client, daemon, _flow.Token), CopyAsync(daemon, client, _flow.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }

        await Task.WhenAll(copies);
        sockets.ForEach(socket => socket.Dispose());
    }

    static async Task CopyAsync(Socket from, Socket to, CancellationToken flow)
    {
        try
        {
            await using var source = new NetworkStream(from);
            await using var sink = new NetworkStream(to);
            await source.CopyToAsync(sink, flow);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Frozen, or one of the two has gone: the other finds out by itself.
        }
    }
}
