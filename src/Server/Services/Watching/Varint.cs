namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>Numbers as the protobuf encoding writes tags and lengths: seven bits a byte, the lowest first.</summary>
internal static class Varint
{
    /// <summary>How many bytes a number of 32 bits takes at most.</summary>
    public const int Longest = 5;

    /// <returns>How many bytes were written.</returns>
    public static int Write(uint value, Span<byte> output)
    {
        var written = 0;
        for (; value > 0x7f; value >>= 7)
            output[written++] = (byte)(value | 0x80);
        output[written++] = (byte)value;
        return written;
    }

    /// <summary>Reads a number from the beginning of a correct encoding, and moves on behind it.</summary>
    public static ulong Read(ref ReadOnlySpan<byte> input)
    {
        var value = 0UL;
        for (var i = 0; ; i++)
        {
            value |= (ulong)(input[i] & 0x7f) << (7 * i);
            if (input[i] > 0x7f)
                continue;
            input = input[(i + 1)..];
            return value;
        }
    }

    /// <summary>How many bytes the number takes that a correct encoding begins with.</summary>
    public static int LengthAt(ReadOnlySpan<byte> input)
    {
        var rest = input;
        Read(ref rest);
        return input.Length - rest.Length;
    }
}
