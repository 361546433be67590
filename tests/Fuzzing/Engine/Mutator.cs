using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Mptcp.Fuzzing.Engine;

/// <summary>Makes inputs of inputs: what comes out is near enough to what decoders take to get past their first checks.</summary>
/// <param name="random">Chance.</param>
/// <param name="words">Pieces that inputs are made of.</param>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words)
{
    private const int Longest = 8192;
    private const int MostChanges = 16;

    private static readonly uint[] Interesting =
    [
        0, 1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 17, 20, 32, 64, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x4000, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x10000,
        0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffe, uint.MaxValue,
    ];

    private static readonly string[] Numbers =
        ["0", "1", "-1", "00", "65535", "65536", "2147483648", "4294967295", "4294967296", "9223372036854775808", "18446744073709551616", "1e999"];

    /// <summary>Makes another input.</summary>
    /// <param name="from">The input to change.</param>
    /// <param name="other">An input to take pieces of.</param>
    public byte[] Next(byte[] from, byte[] other)
    {
        var bytes = new List<byte>(from);
        // Mostly few changes, so that most of what is right stays right.
        var changes = random.Next(1, random.Next(2, MostChanges));
        for (var change = 0; change < changes; change++)
            Change(bytes, other);
        if (bytes.Count > Longest)
            bytes.RemoveRange(Longest, bytes.Count - Longest);
        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
        {
            Insert(bytes, RandomBytes());
            return;
        }

        switch (random.Next(14))
        {
            case 0: bytes[Place(bytes)] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[Place(bytes)] = (byte)random.Next(256); break;
            case 2: bytes[Place(bytes)] += (byte)random.Next(-16, 17); break;
            case 3: SetNumber(bytes, 2, AnyNumber(bytes)); break;
            case 4: SetNumber(bytes, 4, AnyNumber(bytes)); break;
            case 5: Truncate(bytes); break;
            case 6: Remove(bytes); break;
            case 7: Insert(bytes, Piece(bytes)); break; // again
            case 8: Overwrite(bytes, Piece(bytes)); break;
            case 9: Insert(bytes, RandomBytes()); break;
            case 10: Splice(bytes, other); break;
            case 11: Overwrite(bytes, Word()); break;
            case 12: Insert(bytes, Word()); break;
            default: SetDigits(bytes); break;
        }
    }

    private int Place(List<byte> bytes) => random.Next(bytes.Count);

    // Lengths are what structures hang on: how much there is, and how much is left, are among them.
    private uint AnyNumber(List<byte> bytes) => random.Next(4) switch
    {
        0 => (uint)(bytes.Count + random.Next(-20, 21)),
        1 => (uint)random.Next(bytes.Count + 1),
        _ => Interesting[random.Next(Interesting.Length)],
    };

    private void SetNumber(List<byte> bytes, int width, uint number)
    {
        if (bytes.Count < width)
            return;
        var place = random.Next(bytes.Count - width + 1);
        // Structures are aligned, mostly.
        if (random.Next(4) > 0)
            place &= -width;
        Span<byte> written = stackalloc byte[4];
        var isBigEndian = random.Next(4) == 0;
        if (isBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(written, number << (8 * (4 - width)));
        else
            BinaryPrimitives.WriteUInt32LittleEndian(written, number);
        for (var i = 0; i < width; i++)
            bytes[place + i] = written[i];
    }

    private void Truncate(List<byte> bytes)
    {
        var length = Place(bytes);
        bytes.RemoveRange(length, bytes.Count - length);
    }

    private void Remove(List<byte> bytes)
    {
        var place = Place(bytes);
        bytes.RemoveRange(place, random.Next(1, Math.Min(bytes.Count - place, 64) + 1));
    }

    private byte[] Piece(List<byte> bytes)
    {
        var place = Place(bytes);
        return [.. bytes.GetRange(place, random.Next(1, Math.Min(bytes.Count - place, 256) + 1))];
    }

    private byte[] RandomBytes()
    {
        var bytes = new byte[random.Next(1, 17)];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Word() => words.Count == 0 ? RandomBytes() : words[random.Next(words.Count)];

    private void Insert(List<byte> bytes, byte[] piece) => bytes.InsertRange(random.Next(bytes.Count + 1), piece);

    private void Overwrite(List<byte> bytes, byte[] piece)
    {
        var place = Place(bytes);
        for (var i = 0; i < piece.Length && place + i < bytes.Count; i++)
            bytes[place + i] = piece[i];
    }

    private void Splice(List<byte> bytes, byte[] other)
    {
        Truncate(bytes);
        bytes.AddRange(other.AsSpan(random.Next(other.Length + 1)));
    }

    // Numbers of texts: one that is there becomes another.
    private void SetDigits(List<byte> bytes)
    {
        var start = bytes.FindIndex(Place(bytes), one => char.IsAsciiDigit((char)one));
        if (start < 0)
            return;
        var end = bytes.FindIndex(start, one => !char.IsAsciiDigit((char)one));
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        var number = random.Next(3) == 0 ? random.Next(100).ToString(CultureInfo.InvariantCulture) : Numbers[random.Next(Numbers.Length)];
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(number));
    }
}
