using System.Security.Cryptography;

namespace Mptcp.Lab;

/// <summary>Real traffic whose integrity both ends can prove: a deterministic pseudo-random stream and its SHA-256.</summary>
public static class Transfer
{
    const int ReceiveBufferSize = 64 * 1024;

    /// <summary>Sends the stream of the options.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The connection broke.</exception>
    public static Task<TransferResult> SendAsync(
        MptcpConnection connection, TransferOptions options, CancellationToken cancellationToken = default) =>
        SendAsync(connection, options, received: null, cancellationToken);

    /// <summary>Receives a number of bytes.</summary>
    /// <exception cref="EndOfStreamException">The stream ended before.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection broke.</exception>
    public static async Task<TransferResult> ReceiveAsync(
        MptcpConnection connection, long length, CancellationToken cancellationToken = default)
    {
        var result = await ReceiveAsync(connection, length, received: null, cancellationToken);
        return result.Length == length
            ? result
            : throw new EndOfStreamException($"the stream ended {length - result.Length} bytes early");
    }

    /// <summary>Receives up to the end of the stream.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The connection broke.</exception>
    public static Task<TransferResult> ReceiveToEndAsync(MptcpConnection connection, CancellationToken cancellationToken = default) =>
        ReceiveAsync(connection, long.MaxValue, received: null, cancellationToken);

    /// <summary>Sends from one end and receives at the other, and compares.</summary>
    /// <returns>What was sent and received.</returns>
    /// <exception cref="InvalidDataException">What arrived is not what was sent.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection broke.</exception>
    public static async Task<TransferResult> RunAsync(
        MptcpConnection sender, MptcpConnection receiver, TransferOptions options, CancellationToken cancellationToken = default)
    {
        // The first end to fail stops the other, which would wait for ever.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var progress = new Progress();
        var sending = SendAsync(sender, options, progress, stop.Token);
        var receiving = ReceiveAsync(receiver, options.Length, progress, stop.Token);
        var first = await Task.WhenAny(sending, receiving);
        if (!first.IsCompletedSuccessfully)
            await stop.CancelAsync();
        await ((Task)Task.WhenAll(sending, receiving)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first; // the cause; the other end's exception is its consequence
        var (sent, received) = (await sending, await receiving);
        return sent == received
            ? received
            : throw new InvalidDataException($"sent {sent}, but received {received}");
    }

    /// <summary>Transfers in both directions at once, with the same options.</summary>
    /// <exception cref="InvalidDataException">What arrived is not what was sent.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The connection broke.</exception>
    public static Task ExchangeAsync(
        MptcpConnection one, MptcpConnection other, TransferOptions options, CancellationToken cancellationToken = default) =>
        Task.WhenAll(RunAsync(one, other, options, cancellationToken), RunAsync(other, one, options, cancellationToken));

    static async Task<TransferResult> SendAsync(
        MptcpConnection connection, TransferOptions options, Progress? received, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(options.Seed);
        var buffer = new byte[options.ChunkSize];
        long sent = 0;
        while (sent < options.Length)
        {
            if (options.BeforeChunk is not null)
                await options.BeforeChunk(sent);
            var chunk = buffer.AsMemory(0, (int)Math.Min(buffer.Length, options.Length - sent));
            if (received is not null && options.Window is { } window)
                await received.ReachAsync(sent + chunk.Length - window, cancellationToken);
            random.NextBytes(chunk.Span);
            hash.AppendData(chunk.Span);
            await connection.SendAsync(chunk, cancellationToken);
            sent += chunk.Length;
        }

        return new TransferResult(sent, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    static async Task<TransferResult> ReceiveAsync(
        MptcpConnection connection, long limit, Progress? received, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ReceiveBufferSize];
        long length = 0;
        while (length < limit)
        {
            var count = await connection.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, limit - length)), cancellationToken);
            if (count == 0)
                break;
            hash.AppendData(buffer.AsSpan(0, count));
            length += count;
            received?.Add(count);
        }

        return new TransferResult(length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
