using Microsoft.Win32.SafeHandles;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// Reads the files that <see cref="AuditFile"/> writes, also while it does: a file that is renamed meanwhile comes later, and its lines are
/// known by their numbers then.
/// </summary>
/// <param name="path">The file that is written.</param>
/// <param name="files">How many files are kept, with that one.</param>
internal sealed class AuditFiles(string path, int files)
{
    // As far as a search by halves goes; the rest is read.
    private const int SearchedBytes = 64 * 1024;

    /// <summary>Finds the number of the last entry there is; 0 for none.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public ulong FindLast() => Before(ulong.MaxValue).FirstOrDefault()?.Sequence ?? 0;

    /// <summary>Reads the lines before a sequence number, the newest first.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public IEnumerable<StoredLine> Before(ulong sequence)
    {
        for (var number = 0; number < files; number++)
        {
            if (Open(AuditFile.NameOf(path, number)) is not { } file)
                continue;
            using (file)
            {
                var lines = new LineFile(file);
                if (lines.Next(0, lines.Length) is not { } first || first.Sequence >= sequence)
                    continue;
                foreach (var line in lines.Backward(FindEnd(lines, sequence)))
                {
                    if (!AuditLine.TryReadSequence(line, out var found) || found >= sequence)
                        continue;
                    sequence = found;
                    yield return new StoredLine(found, line);
                }
            }
        }
    }

    private static SafeFileHandle? Open(string name)
    {
        try
        {
            return File.OpenHandle(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Finds an end before which all lines begin that come before a number, with few others.</summary>
    private static long FindEnd(LineFile lines, ulong sequence)
    {
        var (low, high) = (0L, lines.Length);
        while (high - low > SearchedBytes)
        {
            var middle = low + ((high - low) / 2);
            if (lines.Next(middle, high) is { } next && next.Sequence < sequence)
                low = next.Start + 1;
            else
                high = middle;
        }

        return lines.EndOfLine(high);
    }
}
