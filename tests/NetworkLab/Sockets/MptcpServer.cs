using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace Mptcp.Lab;

/// <summary>Accepts connections and serves them all at once, until it is disposed.</summary>
public sealed class MptcpServer : IAsyncDisposable
{
    const int BufferSize = 64 * 1024;

    readonly MptcpListener _listener;
    readonly ServerMode _mode;
    readonly CancellationTokenSource _stop = new();
    readonly Channel<ServedConnection> _announced = Channel.CreateUnbounded<ServedConnection>();
    readonly List<ServedConnection> _served = [];
    readonly Task _accepting;
    bool _disposed;

    MptcpServer(MptcpListener listener, ServerMode mode)
    {
        _listener = listener;
        _mode = mode;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => _listener.EndPoint;

    /// <summary>Starts a server, which owns its listener.</summary>
    /// <inheritdoc cref="MptcpListener.Open"/>
    /// <param name="host">The host.</param>
    /// <param name="endPoint">The address, or a wildcard, and the port; port 0 lets the kernel choose.</param>
    /// <param name="mode">What to do with what is received.</param>
    /// <param name="options">What to listen for; Multipath TCP, one family, when null.</param>
    public static MptcpServer Start(LabHost host, IPEndPoint endPoint, ServerMode mode, ListenOptions? options = null) =>
        new(MptcpListener.Open(host, endPoint, options), mode);

    /// <summary>Waits for the next connection that nobody has asked for yet.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ChannelClosedException">The server has ended.</exception>
    public ValueTask<ServedConnection> NextAsync(CancellationToken cancellationToken = default) =>
        _announced.Reader.ReadAsync(cancellationToken);

    /// <summary>Stops listening, closes every connection and waits until all is quiet.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        await _accepting;
        foreach (var (connection, completion) in _served)
        {
            // How a connection ended is told by its Completion, to whoever asks.
            await ((Task)completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            connection.Dispose();
        }

        _listener.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptAsync(_stop.Token);
                var served = new ServedConnection(connection, ServeAsync(connection));
                _served.Add(served);
                _announced.Writer.TryWrite(served); // unbounded: always taken
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        finally
        {
            _announced.Writer.Complete();
        }
    }

    async Task<TransferResult> ServeAsync(MptcpConnection connection)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        long length = 0;
        while (await connection.ReceiveAsync(buffer, _stop.Token) is var count and > 0)
        {
            hash.AppendData(buffer.AsSpan(0, count));
            length += count;
            if (_mode == ServerMode.Echo)
                await connection.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }

        connection.EndSending();
        return new TransferResult(length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
