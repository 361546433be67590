using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.Netlink;

/// <summary>
/// Writes one netlink request: its header, whatever fixed structure follows it, and attributes. Numbers go out in host
/// order unless a method's name says otherwise.
/// </summary>
internal sealed class RequestWriter
{
    private byte[] _buffer = new byte[256];
    private int _length = NLMSG_HDRLEN;

    /// <param name="type">The message type: a generic netlink family's id, or a number of the protocol.</param>
    /// <param name="flags">NLM_F_* beside NLM_F_REQUEST.</param>
    /// <param name="operation">What is asked, for messages: "subflow-create".</param>
    public RequestWriter(ushort type, ushort flags, string operation)
    {
        Operation = operation;
        EndsWithAnswer = (flags & (NLM_F_ACK | NLM_F_DUMP)) == 0;
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(6), (ushort)(flags | NLM_F_REQUEST));
    }

    public string Operation { get; }

    /// <summary>Whether nothing follows the answer, as neither an acknowledgement nor a list was asked for. A refusal comes in any case.</summary>
    public bool EndsWithAnswer { get; }

    /// <summary>Reserves zeroed bytes for a fixed structure behind the header.</summary>
    public Span<byte> Structure(int length) => Reserve(length);

    public void Write(ushort type, byte value) => Attribute(type, 1)[0] = value;

    public void Write(ushort type, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Attribute(type, 2), value);

    public void Write(ushort type, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Attribute(type, 4), value);

    public void Write(ushort type, int value) => BinaryPrimitives.WriteInt32LittleEndian(Attribute(type, 4), value);

    public void Write(ushort type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    /// <summary>Writes text with its terminating zero.</summary>
    public void Write(ushort type, string value)
        => Encoding.UTF8.GetBytes(value, Attribute(type, Encoding.UTF8.GetByteCount(value) + 1));

    /// <summary>Writes the 4 or 16 bytes of an address.</summary>
    public void Write(ushort type, IPAddress value)
    {
        var attribute = Attribute(type, value.AddressFamily == AddressFamily.InterNetwork ? 4 : 16);
        if (!value.TryWriteBytes(attribute, out _))
            throw new ArgumentException($"{value} is neither an IPv4 nor an IPv6 address", nameof(value));
    }

    /// <summary>Opens an attribute that holds attributes; disposing what is returned closes it.</summary>
    public NestScope Nest(ushort type)
    {
        var start = _length;
        Attribute((ushort)(type | NLA_F_NESTED), 0);
        return new NestScope(this, start);
    }

    /// <summary>Writes another number over one that was written.</summary>
    /// <param name="offset">Where its value begins, in bytes from the beginning of the message.</param>
    /// <param name="value">The number.</param>
    public void Rewrite(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(offset), value);

    /// <summary>Completes the message with its length and a sequence number.</summary>
    public ReadOnlySpan<byte> Finish(uint sequence)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer, _length);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(8), sequence);
        return _buffer.AsSpan(0, _length);
    }

    private Span<byte> Attribute(ushort type, int length)
    {
        if (length > ushort.MaxValue - NLA_HDRLEN)
            throw new ArgumentException($"{Operation}: {length} bytes do not fit into attribute {type & NLA_TYPE_MASK}", nameof(length));

        var attribute = Reserve(NLA_HDRLEN + length);
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)(NLA_HDRLEN + length));
        BinaryPrimitives.WriteUInt16LittleEndian(attribute[2..], type);
        return attribute.Slice(NLA_HDRLEN, length);
    }

    private Span<byte> Reserve(int length)
    {
        var start = _length;
        _length += (length + 3) & ~3;
        if (_length > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_length, _buffer.Length * 2));
        return _buffer.AsSpan(start, length);
    }

    /// <summary>An attribute that is being filled with attributes.</summary>
    internal readonly ref struct NestScope(RequestWriter writer, int start)
    {
        public void Dispose()
            => BinaryPrimitives.WriteUInt16LittleEndian(writer._buffer.AsSpan(start), (ushort)(writer._length - start));
    }
}
