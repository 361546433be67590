using Microsoft.Win32.SafeHandles;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>Finds lines in a file of the trail, as it was when it was opened.</summary>
/// <param name="file">The file.</param>
internal sealed class LineFile(SafeFileHandle file)
{
    private const int Chunk = 64 * 1024;

    // Far longer than any line of the trail: what has no end until then is none.
    private const int LongestLine = 1024 * 1024;

    /// <summary>How many bytes it had.</summary>
    public long Length { get; } = RandomAccess.GetLength(file);

    /// <summary>Finds the first line of the trail that begins at a place or behind it.</summary>
    /// <param name="from">The place.</param>
    /// <param name="before">Where it must begin before.</param>
    /// <returns>Where it begins, and the number of its entry; null for none.</returns>
    public (long Start, ulong Sequence)? Next(long from, long before)
    {
        // A line begins where the one before it ends.
        var start = from == 0 ? 0 : EndOfLine(from);
        Span<byte> beginning = stackalloc byte[64];
        while (start < before)
        {
            var length = RandomAccess.Read(file, beginning, start);
            if (AuditLine.TryReadSequence(beginning[..length], out var sequence))
                return (start, sequence);
            start = EndOfLine(start + 1);
        }

        return null;
    }

    /// <summary>Where the line ends that the byte before a place is of: the place itself where that byte is its end.</summary>
    public long EndOfLine(long place)
    {
        if (place <= 0)
            return 0;
        var buffer = new byte[Chunk];
        for (var at = place - 1; at < Length;)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(Chunk, Length - at)), at);
            if (read == 0)
                break;
            if (buffer.AsSpan(0, read).IndexOf((byte)'\n') is >= 0 and var end)
                return at + end + 1;
            at += read;
        }

        return Length;
    }

    /// <summary>Reads the lines before a place, the last one first, with their ends. What is no line for its length is passed over.</summary>
    /// <param name="end">The place: where a line ends.</param>
    public IEnumerable<byte[]> Backward(long end)
    {
        var rest = Array.Empty<byte>();
        while (end > 0)
        {
            var size = (int)Math.Min(Chunk, end);
            var block = new byte[size + rest.Length];
            var read = 0;
            while (read < size && RandomAccess.Read(file, block.AsSpan(read, size - read), end - size + read) is > 0 and var more)
                read += more;
            // It has been cut short by somebody.
            if (read < size)
                yield break;
            rest.CopyTo(block, size);
            end -= size;
            var last = block.Length;
            while (last > 0)
            {
                var before = block.AsSpan(0, last - 1).LastIndexOf((byte)'\n');
                if (before < 0 && end > 0)
                    break;
                yield return block[(before + 1)..last];
                last = before + 1;
            }

            rest = last <= LongestLine ? block[..last] : [];
        }
    }
}
