using System.Buffers.Binary;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.Netlink;

/// <summary>Walks over the netlink messages of one datagram.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    public ushort Type { get; private set; }

    public ushort Flags { get; private set; }

    public uint Sequence { get; private set; }

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Goes on to the next message.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="NetlinkFormatException">A message is shorter than its header or longer than what is left.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        if (_rest.Length < NLMSG_HDRLEN)
            throw new NetlinkFormatException($"a message header needs {NLMSG_HDRLEN} bytes, {_rest.Length} are left");

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        if (length < NLMSG_HDRLEN || length > _rest.Length)
            throw new NetlinkFormatException($"a message claims {length} bytes, {_rest.Length} are left");

        Type = BinaryPrimitives.ReadUInt16LittleEndian(_rest[4..]);
        Flags = BinaryPrimitives.ReadUInt16LittleEndian(_rest[6..]);
        Sequence = BinaryPrimitives.ReadUInt32LittleEndian(_rest[8..]);
        Payload = _rest[NLMSG_HDRLEN..(int)length];
        _rest = _rest[Math.Min(((int)length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
