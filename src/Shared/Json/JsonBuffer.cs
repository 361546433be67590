using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Mptcp.ControlPlane.Json;

/// <summary>JSON that grows in memory, as UTF-8.</summary>
/// <param name="indented">Whether each value of an object or array has a line of its own.</param>
sealed class JsonBuffer(bool indented)
{
    const int Step = 2;
    const int LongestNumber = 32;

    // What may stand in JSON as it is; more may, but has to be looked at.
    static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Where(letter => letter is not ('"' or '\\')).Select(letter => (byte)letter)]);

    byte[] _bytes = new byte[4096];
    int _length;
    int _depth;
    bool _isFirst = true;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public int Length => _length;

    /// <summary>How many objects and arrays are open.</summary>
    public int Depth => _depth;

    /// <summary>Forgets what was written, and goes on behind it.</summary>
    public void Clear() => _length = 0;

    /// <summary>Begins an object or an array with its bracket.</summary>
    public void Open(byte bracket)
    {
        Append(bracket);
        _depth++;
        _isFirst = true;
    }

    /// <summary>Ends it.</summary>
    public void Close(byte bracket)
    {
        _depth--;
        if (!indented)
            Append((byte)' ');
        else if (!_isFirst)
            NewLine();
        Append(bracket);
        _isFirst = false;
    }

    /// <summary>Parts the next value of an object or array from the bracket or the value before it.</summary>
    public void Next()
    {
        if (!_isFirst)
            Append((byte)',');
        _isFirst = false;
        if (indented)
            NewLine();
        else
            Append((byte)' ');
    }

    /// <summary>Parts a field of an object from what is before it, and begins it with its name, of which nothing has to be escaped.</summary>
    public void Name(string name)
    {
        Next();
        PlainText(name);
        Raw(": "u8);
    }

    /// <summary>Ends a document, so that another may follow.</summary>
    public void EndLine()
    {
        Append((byte)'\n');
        _isFirst = true;
    }

    /// <summary>Writes what is JSON already.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Reserve(json.Length));
        _length += json.Length;
    }

    public void Number(long value) => Format(value);

    /// <summary>Writes a number of 64 bits, which proto3 JSON has in quotes.</summary>
    public void Quoted<T>(T value)
        where T : IUtf8SpanFormattable
    {
        Append((byte)'"');
        Format(value);
        Append((byte)'"');
    }

    /// <summary>Writes a number in as few digits as tell it from its neighbours, or its name in quotes where it is none.</summary>
    public void Fraction(double value)
    {
        if (double.IsFinite(value))
            Format(value);
        else
            PlainText(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc cref="Fraction(double)"/>
    public void Fraction(float value)
    {
        if (float.IsFinite(value))
            Format(value);
        else
            Fraction((double)value);
    }

    /// <summary>Writes text in quotes.</summary>
    /// <param name="utf8">The text; what is no UTF-8 in it becomes U+FFFD.</param>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        var room = Reserve(utf8.Length + 2);
        var plain = utf8.IndexOfAnyExcept(Plain);
        if (plain < 0)
        {
            room[0] = (byte)'"';
            utf8.CopyTo(room[1..]);
            room[utf8.Length + 1] = (byte)'"';
            _length += utf8.Length + 2;
            return;
        }

        Append((byte)'"');
        Raw(utf8[..plain]);
        Escape(utf8[plain..]);
        Append((byte)'"');
    }

    /// <summary>Writes text in quotes of which nothing has to be escaped.</summary>
    public void PlainText(ReadOnlySpan<char> ascii)
    {
        var room = Reserve(ascii.Length + 2);
        room[0] = (byte)'"';
        Encoding.ASCII.GetBytes(ascii, room[1..]);
        room[ascii.Length + 1] = (byte)'"';
        _length += ascii.Length + 2;
    }

    /// <summary>Writes bytes in Base64, in quotes.</summary>
    public void Base64(ReadOnlySpan<byte> value)
    {
        Append((byte)'"');
        var room = Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(value.Length));
        System.Buffers.Text.Base64.EncodeToUtf8(value, room, out _, out var written);
        _length += written;
        Append((byte)'"');
    }

    void Escape(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(utf8, out var rune, out var consumed);
            utf8 = utf8[consumed..];
            switch (rune.Value)
            {
                case '"': Raw("\\\""u8); break;
                case '\\': Raw("\\\\"u8); break;
                case '\b': Raw("\\b"u8); break;
                case '\f': Raw("\\f"u8); break;
                case '\n': Raw("\\n"u8); break;
                case '\r': Raw("\\r"u8); break;
                case '\t': Raw("\\t"u8); break;
                // U+2028 and U+2029 end lines for some readers.
                case < ' ' or 0x7f or 0x2028 or 0x2029: EscapeByNumber(rune.Value); break;
                default: _length += rune.EncodeToUtf8(Reserve(4)); break;
            }
        }
    }

    void EscapeByNumber(int value)
    {
        Utf8.TryWrite(Reserve(6), CultureInfo.InvariantCulture, $"\\u{value:x4}", out var written);
        _length += written;
    }

    void NewLine()
    {
        var room = Reserve(1 + (Step * _depth))[..(1 + (Step * _depth))];
        room[0] = (byte)'\n';
        room[1..].Fill((byte)' ');
        _length += room.Length;
    }

    void Format<T>(T value)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(Reserve(LongestNumber), out var written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    void Append(byte letter)
    {
        Reserve(1)[0] = letter;
        _length++;
    }

    Span<byte> Reserve(int length)
    {
        if (length > _bytes.Length - _length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        return _bytes.AsSpan(_length);
    }
}
