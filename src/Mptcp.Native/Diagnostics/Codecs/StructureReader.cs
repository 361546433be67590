using System.Buffers.Binary;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Diagnostics.Codecs;

/// <summary>
/// Walks over the fields of a kernel's structure, which may be shorter or longer than this program knows it. Numbers are in host order.
/// What is read must be there; what is tried is null where the structure ends before.
/// </summary>
internal ref struct StructureReader(ReadOnlySpan<byte> bytes, string name)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Looks at a byte without going on.</summary>
    public readonly byte PeekByte() => _position < _bytes.Length ? _bytes[_position] : throw TooShort(_position + 1);

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint ReadUInt32(int padding = 0) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, padding));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public TimeSpan ReadMicroseconds() => new(ReadUInt32() * TimeSpan.TicksPerMicrosecond);

    public TimeSpan ReadMilliseconds() => new(ReadUInt32() * TimeSpan.TicksPerMillisecond);

    public byte? TryReadByte() => Has(1) ? ReadByte() : null;

    public ushort? TryReadUInt16() => Has(2) ? ReadUInt16() : null;

    public uint? TryReadUInt32(int padding = 0) => Has(padding + 4) ? ReadUInt32(padding) : null;

    public ulong? TryReadUInt64() => Has(8) ? ReadUInt64() : null;

    public TimeSpan? TryReadMilliseconds(int padding = 0)
        => TryReadUInt32(padding) is { } milliseconds ? new TimeSpan(milliseconds * TimeSpan.TicksPerMillisecond) : null;

    private bool Has(int length)
    {
        if (_bytes.Length - _position >= length)
            return true;
        _position = _bytes.Length; // Nothing stands behind a field that is missing.
        return false;
    }

    private ReadOnlySpan<byte> Take(int length, int padding = 0)
    {
        var end = _position + padding + length;
        if (end > _bytes.Length)
            throw TooShort(end);
        _position = end;
        return _bytes.Slice(end - length, length);
    }

    private readonly NetlinkFormatException TooShort(int needed)
        => new($"{name}: expected at least {needed} bytes, got {_bytes.Length}");
}
