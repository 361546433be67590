using System.Buffers.Binary;
using System.Net;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>What the headers of a TCP segment over IPv4 say of Multipath TCP (RFC 8684, section 3).</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="IsSyn">Whether it begins a subflow, or answers that.</param>
/// <param name="IsAck">Whether it acknowledges.</param>
/// <param name="IsMultipath">Whether it has any option of Multipath TCP.</param>
/// <param name="Key">The sender's key of an MP_CAPABLE; empty where there is none.</param>
/// <param name="JoinToken">The receiver's token of the MP_JOIN of a SYN.</param>
internal sealed record MptcpSegment(
    IPEndPoint Source, IPEndPoint Destination, bool IsSyn, bool IsAck, bool IsMultipath, ReadOnlyMemory<byte> Key, uint? JoinToken)
{
    private const int Tcp = 6; // IPPROTO_TCP
    private const int Syn = 0x02;
    private const int Ack = 0x10;
    private const int MinimalHeader = 20; // of IPv4 and of TCP

    private const int OptionsEnd = 0;
    private const int NoOperation = 1;
    private const int MultipathOption = 30;
    private const int Capable = 0;
    private const int Join = 1;
    private const int KeyOffset = 4;
    private const int TokenOffset = 4;
    private const int SynJoinLength = 12;

    /// <summary>Reads a packet.</summary>
    /// <returns>Null where it is no TCP segment over IPv4, or is cut off in its headers.</returns>
    public static MptcpSegment? Read(ReadOnlyMemory<byte> packet)
    {
        var ip = packet.Span;
        if (ip.Length < MinimalHeader || ip[0] >> 4 != 4 || ip[9] != Tcp)
            return null;
        var tcp = packet[((ip[0] & 0x0f) * 4)..];
        if (tcp.Length < MinimalHeader || tcp.Span[12] >> 4 is var words && tcp.Length < words * 4)
            return null;
        var flags = tcp.Span[13];
        var (source, destination) = (ReadPort(tcp.Span), ReadPort(tcp.Span[2..]));
        var segment = new MptcpSegment(
            new IPEndPoint(new IPAddress(ip[12..16]), source),
            new IPEndPoint(new IPAddress(ip[16..20]), destination),
            IsSyn: (flags & Syn) != 0,
            IsAck: (flags & Ack) != 0,
            IsMultipath: false,
            default,
            JoinToken: null);
        return segment.WithOptions(tcp[MinimalHeader..(words * 4)]);
    }

    private MptcpSegment WithOptions(ReadOnlyMemory<byte> options)
    {
        var segment = this;
        while (!options.IsEmpty && options.Span[0] != OptionsEnd)
        {
            var length = options.Span[0] == NoOperation ? 1 : options.Length > 1 ? options.Span[1] : 0;
            if (length == 0 || length > options.Length)
                break;
            if (options.Span[0] == MultipathOption)
                segment = segment.With(options[..length]);
            options = options[length..];
        }

        return segment;
    }

    private MptcpSegment With(ReadOnlyMemory<byte> option) => (option.Span[2] >> 4) switch
    {
        Capable when option.Length >= KeyOffset + sizeof(ulong) => this with { IsMultipath = true, Key = option.Slice(KeyOffset, sizeof(ulong)) },
        Join when IsSyn && !IsAck && option.Length == SynJoinLength
            => this with { IsMultipath = true, JoinToken = BinaryPrimitives.ReadUInt32BigEndian(option.Span[TokenOffset..]) },
        _ => this with { IsMultipath = true },
    };

    private static int ReadPort(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
