using System.Globalization;
using System.Text;

namespace Mptcp.ControlPlane.Json;

/// <summary>The well-known types that proto3 JSON writes as text.</summary>
static class WellKnownText
{
    const uint FirstField = 1;
    const uint SecondField = 2;
    const int NanosecondsPerSecond = 1_000_000_000;

    // What the types allow: the years 1 to 9999, and as much in either direction.
    const long LeastSecond = -62_135_596_800;
    const long MostSecond = 253_402_300_799;
    const long LongestDuration = 315_576_000_000;

    /// <summary>Writes seconds with three, six or nine digits behind the point, or none.</summary>
    public static void Duration(JsonBuffer json, ReadOnlySpan<byte> message)
    {
        var (seconds, nanoseconds) = Read(message);
        if (Math.Abs(seconds) > LongestDuration || Math.Abs(nanoseconds) >= NanosecondsPerSecond || Math.Sign(seconds) * nanoseconds < 0)
            throw Unwritable(nameof(Duration), seconds, nanoseconds);
        Span<char> text = stackalloc char[32];
        var length = 0;
        if (seconds < 0 || nanoseconds < 0)
            text[length++] = '-';
        Math.Abs(seconds).TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
        length += written;
        length += Fraction(text[length..], Math.Abs(nanoseconds));
        text[length++] = 's';
        json.PlainText(text[..length]);
    }

    /// <summary>Writes a time as RFC 3339 has it, in UTC.</summary>
    public static void Timestamp(JsonBuffer json, ReadOnlySpan<byte> message)
    {
        var (seconds, nanoseconds) = Read(message);
        if (seconds is < LeastSecond or > MostSecond || nanoseconds is < 0 or >= NanosecondsPerSecond)
            throw Unwritable(nameof(Timestamp), seconds, nanoseconds);
        Span<char> text = stackalloc char[40];
        DateTime.UnixEpoch.AddSeconds(seconds).TryFormat(text, out var length, "s", CultureInfo.InvariantCulture);
        length += Fraction(text[length..], nanoseconds);
        text[length++] = 'Z';
        json.PlainText(text[..length]);
    }

    /// <summary>Writes the paths with commas between them, their words joined by capitals.</summary>
    public static void FieldMask(JsonBuffer json, ReadOnlySpan<byte> message)
    {
        var paths = new List<string>();
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == Tag(FirstField, WireType.Bytes))
                paths.Add(JsonName(Encoding.UTF8.GetString(reader.ReadBytes())));
            else
                reader.Skip(tag);
        }

        json.Text(Encoding.UTF8.GetBytes(string.Join(',', paths)));
    }

    // Both types have their seconds in the first field, and nanoseconds in the second.
    static (long Seconds, int Nanoseconds) Read(ReadOnlySpan<byte> message)
    {
        var (seconds, nanoseconds) = (0L, 0);
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == Tag(FirstField, WireType.Varint))
                seconds = (long)reader.ReadVarint();
            else if (tag == Tag(SecondField, WireType.Varint))
                nanoseconds = (int)reader.ReadVarint();
            else
                reader.Skip(tag);
        }

        return (seconds, nanoseconds);
    }

    static uint Tag(uint field, WireType type) => (field << 3) | (uint)type;

    static int Fraction(Span<char> text, int nanoseconds)
    {
        if (nanoseconds == 0)
            return 0;
        text[0] = '.';
        nanoseconds.TryFormat(text[1..], out _, "d9", CultureInfo.InvariantCulture);
        return 1 + (nanoseconds % 1_000_000 == 0 ? 3 : nanoseconds % 1000 == 0 ? 6 : 9);
    }

    static string JsonName(string path)
    {
        var words = path.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(word => word.Length == 0 ? "" : char.ToUpperInvariant(word[0]) + word[1..]));
    }

    static InvalidDataException Unwritable(string type, long seconds, int nanoseconds) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{seconds} s and {nanoseconds} ns are out of the range of a {type}"));
}
