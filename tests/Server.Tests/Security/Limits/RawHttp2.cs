using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits;

/// <summary>A client of HTTP/2 (RFC 9113) that sends what it is told to, whether there may be such frames or not.</summary>
internal sealed class RawHttp2 : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte Continuation = 9;
    public const byte EndStream = 0x1;
    public const byte EndHeaders = 0x4;

    private const int FrameHeaderLength = 9;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;

    private RawHttp2(Socket socket) => _socket = socket;

    /// <summary>What a connection begins with: the preface and empty settings.</summary>
    public static byte[] Opening { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0)];

    public static async Task<RawHttp2> ConnectAsync(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The daemon was quick to close it, which reading finds as well.
        }

        return new RawHttp2(socket);
    }

    /// <summary>A frame, whatever its length says.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeaderLength + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(FrameHeaderLength));
        return frame;
    }

    /// <summary>The headers of a call, for HPACK (RFC 7541), each a literal of its own that is not indexed.</summary>
    /// <param name="method">The path of the method.</param>
    public static byte[] HeadersOf(string method) =>
    [
        .. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", method), .. Header(":authority", "localhost"),
        .. Header("content-type", "application/grpc"), .. Header("te", "trailers"),
    ];

    /// <summary>One header. Name and value are shorter than 127 bytes.</summary>
    public static byte[] Header(string name, string value)
        => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    /// <summary>Sends what there is room for, and says whether the daemon still took it.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Longest);
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await _socket.SendAsync(bytes, limit.Token)..];
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the daemon neither took what was sent within {Longest.TotalSeconds} s nor closed the connection");
        }
    }

    /// <summary>Sends over and over, until the daemon closes the connection.</summary>
    public async Task SendUntilClosedAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Longest);
        while (await SendAsync(bytes))
        {
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"the daemon did not close the connection within {Longest.TotalSeconds} s");
        }
    }

    /// <summary>Reads until the daemon closes the connection.</summary>
    /// <returns>The types of the frames that came.</returns>
    public async Task<IReadOnlyList<byte>> ReadToEndAsync()
    {
        var read = new List<byte>();
        while (await ReadFrameAsync() is { } frame)
            read.Add(frame.Type);
        return read;
    }

    /// <summary>Reads the next frame.</summary>
    /// <returns>Null when the connection is closed.</returns>
    public async Task<(byte Type, byte Flags, int Stream)?> ReadFrameAsync()
    {
        var header = await ReadAsync(FrameHeaderLength);
        if (header is null)
            return null;
        var payload = await ReadAsync((int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8));
        return payload is null ? null : (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)));
    }

    /// <summary>Sends no more, where the daemon has not closed the connection already.</summary>
    public void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.NotConnected)
        {
            // It has.
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReadAsync(int length)
    {
        using var limit = new CancellationTokenSource(Longest);
        var read = new byte[length];
        try
        {
            for (var count = 0; count < length;)
            {
                var more = await _socket.ReceiveAsync(read.AsMemory(count), limit.Token);
                if (more == 0)
                    return null;
                count += more;
            }

            return read;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the daemon neither said anything within {Longest.TotalSeconds} s nor closed the connection");
        }
    }
}
