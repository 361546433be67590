using System.Buffers.Binary;
using System.Text;

namespace Mptcp.ControlPlane.Benchmarks.Flooding;

/// <summary>Frames of HTTP/2 (RFC 9113) for calls without an end.</summary>
/// <param name="kind">Which calls.</param>
internal sealed class FloodFrames(FloodKind kind)
{
    /// <summary>How many calls are sent with one write.</summary>
    public const int CallsPerBatch = 32;

    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte ResetStream = 3;
    private const byte Settings = 4;
    private const byte WindowUpdate = 8;
    private const byte EndStream = 0x1;
    private const byte EndHeaders = 0x4;
    private const int LastStream = 1 << 30;

    // A gRPC message of no bytes: not compressed, and of the length 0.
    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];

    private readonly byte[] _headers = HeadersOf(
        kind == FloodKind.Streams ? "/mptcp.control.v1.EventService/Watch" : "/mptcp.control.v1.NodeService/GetInfo");

    private int _stream = 1;

    /// <summary>The preface, settings with the longest windows for streams (4: SETTINGS_INITIAL_WINDOW_SIZE), and the same for the connection.</summary>
    public static byte[] Opening { get; } =
    [
        .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff), .. Frame(WindowUpdate, 0, 0, 0x7f, 0xff, 0, 0),
    ];

    /// <summary>What is no HTTP/2.</summary>
    public static byte[] Garbage { get; } = Enumerable.Repeat((byte)0xa5, 4_096).ToArray();

    /// <summary>The next calls; null when the connection has no streams left for more.</summary>
    public byte[]? Next()
    {
        if (_stream > LastStream)
            return null;
        var batch = new List<byte>();
        for (var count = 0; count < CallsPerBatch; count++, _stream += 2)
        {
            batch.AddRange(Frame(Headers, EndHeaders, _stream, _headers));
            batch.AddRange(Frame(Data, EndStream, _stream, EmptyMessage));
            if (kind == FloodKind.Streams)
                batch.AddRange(Frame(ResetStream, 0, _stream, 0, 0, 0, 8)); // CANCEL
        }

        return [.. batch];
    }

    private static byte[] Frame(byte type, byte flags, int stream, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    // HPACK (RFC 7541): each header a literal with its name, not indexed.
    private static byte[] HeadersOf(string method) =>
    [
        .. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", method), .. Header(":authority", "localhost"),
        .. Header("content-type", "application/grpc"), .. Header("te", "trailers"),
    ];

    private static byte[] Header(string name, string value)
        => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
