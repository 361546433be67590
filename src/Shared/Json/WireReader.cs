using System.Buffers.Binary;

namespace Mptcp.ControlPlane.Json;

/// <summary>Reads the bytes of one message, field by field.</summary>
/// <param name="bytes">The message.</param>
ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    const int MostGroups = 64;

    readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; set; }

    public readonly bool IsAtEnd => Position >= _bytes.Length;

    /// <summary>Reads the number of a field, shifted by three bits, and how its value is written.</summary>
    public uint ReadTag() => ReadVarint() is var tag and > 7 and <= uint.MaxValue ? (uint)tag : throw Malformed("a field has no number");

    public ulong ReadVarint()
    {
        if (Position < _bytes.Length && _bytes[Position] < 0x80)
            return _bytes[Position++];

        var value = 0ul;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (Position >= _bytes.Length)
                throw Malformed("a number ends behind its message");
            var next = _bytes[Position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }

        throw Malformed("a number has more than ten bytes");
    }

    public uint ReadFixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads a length and what has it: text, bytes, a message, or packed numbers.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        return length <= (ulong)(_bytes.Length - Position) ? Take((int)length) : throw Malformed("a field ends behind its message");
    }

    /// <summary>Passes over the value of a field.</summary>
    public void Skip(uint tag)
    {
        switch (WireTypes.Of(tag))
        {
            case WireType.Varint: ReadVarint(); break;
            case WireType.Fixed64: Take(sizeof(ulong)); break;
            case WireType.Bytes: ReadBytes(); break;
            case WireType.GroupStart: SkipGroup(tag); break;
            case WireType.Fixed32: Take(sizeof(uint)); break;
            default: throw Malformed("a field is written in a way that there is not");
        }
    }

    // No contract of today has groups; one that is not known here may.
    void SkipGroup(uint tag)
    {
        for (var depth = 1; depth > 0;)
        {
            tag = ReadTag();
            if (WireTypes.Of(tag) == WireType.GroupStart)
                depth = depth < MostGroups ? depth + 1 : throw Malformed("groups are nested too deep");
            else if (WireTypes.Of(tag) == WireType.GroupEnd)
                depth--;
            else
                Skip(tag);
        }
    }

    ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - Position)
            throw Malformed("a field ends behind its message");
        var taken = _bytes.Slice(Position, length);
        Position += length;
        return taken;
    }

    static InvalidDataException Malformed(string why) => new("a message of the daemon cannot be read: " + why);
}
