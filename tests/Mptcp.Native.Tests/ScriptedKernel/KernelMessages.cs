using System.Buffers.Binary;
using System.Text;

namespace Mptcp.Native.Tests.ScriptedKernel;

/// <summary>Messages as a kernel writes them, byte by byte and without any code of the library's.</summary>
internal static class KernelMessages
{
    public const ushort Multi = 0x002;
    public const ushort DumpInterrupted = 0x010;
    public const ushort Capped = 0x100;
    public const ushort HasDetails = 0x200;

    private const ushort Error = 2;
    private const ushort Done = 3;

    /// <summary>A netlink message, padded to a whole number of words.</summary>
    public static byte[] Message(ushort type, ushort flags, uint sequence, params byte[][] payload)
    {
        var body = Join(payload);
        return Pad(Join(Number((uint)(16 + body.Length)), Number(type), Number(flags), Number(sequence), Number(0u), body));
    }

    public static byte[] GenericHeader(byte command, byte version = 1) => [command, version, 0, 0];

    /// <summary>An attribute, padded.</summary>
    public static byte[] Attribute(ushort type, params byte[][] value)
    {
        var body = Join(value);
        return Pad(Join(Number((ushort)(4 + body.Length)), Number(type), body));
    }

    public static byte[] Nest(ushort type, params byte[][] attributes) => Attribute((ushort)(type | 0x8000), attributes);

    /// <summary>A success; kernels cap what they repeat of the request.</summary>
    public static byte[] Acknowledge(uint sequence)
        => Message(Error, Capped, sequence, Number(0u), Message(28, 5, sequence));

    public static byte[] Refuse(uint sequence, int errno, string? text = null) => Message(
        Error,
        (ushort)(Capped | (text is null ? 0 : HasDetails)),
        sequence,
        Number(-errno),
        Message(28, 5, sequence),
        text is null ? [] : Attribute(1, Encoding.UTF8.GetBytes(text + '\0')));

    public static byte[] EndList(uint sequence, int errno = 0, ushort flags = 0)
        => Message(Done, (ushort)(Multi | flags), sequence, Number(-errno));

    /// <summary>One endpoint of a listing.</summary>
    public static byte[] ListedEndpoint(uint sequence, byte id, ushort flags = 0)
        => Message(28, (ushort)(Multi | flags), sequence, GenericHeader(3), EndpointNest(id));

    public static byte[] AnsweredEndpoint(uint sequence, byte id)
        => Message(28, 0, sequence, GenericHeader(3), EndpointNest(id));

    public static byte[] Number(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Number(int value) => Number(unchecked((uint)value));

    public static byte[] NumberBigEndian(ushort value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Pad(byte[] bytes) => [.. bytes, .. new byte[-bytes.Length & 3]];

    private static byte[] EndpointNest(byte id)
        => Nest(1, Attribute(1, Number((ushort)2)), Attribute(2, [id]), Attribute(3, [198, 18, 0, id]));
}
