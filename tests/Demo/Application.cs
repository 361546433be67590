using System.Net;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Demo;

/// <summary>
/// An application that knows nothing of paths: it opens an MPTCP socket from the client to the server, and sends. It sends at a steady rate
/// until it is told to hurry, and so is at work all the time that the others act, however slow the machine is.
/// </summary>
sealed class Application : IAsyncDisposable
{
    /// <summary>How much it sends. At the steady rate that takes 20 s, which is how long the demo may take to cut the path.</summary>
    public const long Length = 80_000_000;

    const int Port = 5001;

    // The kernel turns to another subflow when one has a queue. A chunk that goes to it in one call makes queues even on these fast links.
    const int ChunkSize = 250_000;
    static readonly TimeSpan ChunkInterval = TimeSpan.FromMilliseconds(62.5);

    readonly MptcpServer _server;
    readonly MptcpConnection _client;
    readonly ServedConnection _served;
    readonly PeriodicTimer _timer = new(ChunkInterval);
    readonly CancellationTokenSource _stop = new();
    readonly Task<TransferResult> _sending;
    long _sent;
    volatile bool _hurry;
    bool _disposed;

    Application(MptcpServer server, MptcpConnection client, ServedConnection served)
    {
        (_server, _client, _served) = (server, client, served);
        _sending = SendAsync();
    }

    /// <summary>The client's end of the connection.</summary>
    public MptcpConnection Connection => _client;

    /// <summary>How many bytes it has not sent yet.</summary>
    public long Remaining => Length - Interlocked.Read(ref _sent);

    /// <summary>How many subflows each end has.</summary>
    public (int Client, int Server) Subflows => (Count(_client), Count(_served.Connection));

    /// <summary>Whether both ends still speak Multipath TCP, and have not fallen back to TCP.</summary>
    public bool IsMultipath => _client.IsMultipath && _served.Connection.IsMultipath;

    /// <summary>Connects over the first path and begins to send.</summary>
    public static async Task<Application> StartAsync(NetworkLab lab, CancellationToken cancellation)
    {
        var path = lab.Client.GetPath(1);
        var server = MptcpServer.Start(lab.Server, new IPEndPoint(IPAddress.Any, Port), ServerMode.Sink);
        MptcpConnection? client = null;
        try
        {
            var source = new ConnectOptions { Source = new IPEndPoint(path.IPv4, 0) };
            client = await MptcpConnection.OpenAsync(lab.Client, new IPEndPoint(path.PeerIPv4, Port), source, cancellation);
            return new Application(server, client, await server.NextAsync(cancellation));
        }
        catch
        {
            client?.Dispose();
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fails when the transfer is broken or over: whoever waits for something to happen meanwhile would wait in vain.</summary>
    public async Task RequireRunningAsync()
    {
        if (!_sending.IsCompleted)
            return;
        await _sending;
        throw new StepFailedException($"the application has sent all of its {Length / 1_000_000} MB too early; this machine is too slow");
    }

    /// <summary>Sends the rest as fast as the network takes it.</summary>
    public void Hurry() => _hurry = true;

    /// <summary>Waits until everything is sent and received.</summary>
    /// <returns>What the client sent, and what the server received.</returns>
    public async Task<(TransferResult Sent, TransferResult Received)> FinishAsync(CancellationToken cancellation)
    {
        var sent = await _sending.WaitAsync(cancellation);
        return (sent, await _served.Completion.WaitAsync(cancellation));
    }

    /// <summary>Closes the connection, and ends the application at both ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await _stop.CancelAsync();
        _client.Dispose();
        await ((Task)_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // whoever waited for it was told
        await _server.DisposeAsync();
        _timer.Dispose();
        _stop.Dispose();
    }

    async Task<TransferResult> SendAsync()
    {
        var options = new TransferOptions { Length = Length, ChunkSize = ChunkSize, BeforeChunk = PaceAsync };
        var result = await Transfer.SendAsync(_client, options, _stop.Token);
        Interlocked.Exchange(ref _sent, Length);
        _client.EndSending();
        return result;
    }

    async Task PaceAsync(long sent)
    {
        Interlocked.Exchange(ref _sent, sent);
        if (!_hurry)
            await _timer.WaitForNextTickAsync(_stop.Token);
    }

    static int Count(MptcpConnection connection) => connection.ReadInfo() is { } info ? 1 + info.AdditionalSubflows : 0;
}
