using Microsoft.Win32.SafeHandles;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// Writes the trail into a file. One that is full is renamed to <c>PATH.1</c>, the one of that name to <c>PATH.2</c>, and so on; the oldest
/// is deleted. What was written is the kernel's when <see cref="Write"/> returns; it is on the disk when the next file is begun.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="maxBytes">How many bytes it may have.</param>
/// <param name="files">How many files are kept, with the one that is written.</param>
internal sealed class AuditFile(string path, long maxBytes, int files) : IAuditSink
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private SafeFileHandle? _file;

    public string Name => path;

    public string Kind => "file";

    public int Write(IReadOnlyList<AuditBatchLine> lines, out Exception? failure)
    {
        failure = null;
        try
        {
            var bytes = Join(lines);
            _file ??= Open();
            // Somebody else may have cut it short.
            var end = RandomAccess.GetLength(_file);
            if (end > 0 && end + bytes.Length > maxBytes)
            {
                Rotate();
                end = 0;
            }

            WriteWhole(_file!, bytes, end);
            return lines.Count;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is wrong may be mended by other means than this file.
            Close();
            failure = exception;
            return 0;
        }
    }

    public void Reopen() => Close();

    public void Dispose()
    {
        if (_file is not null)
            RandomAccess.FlushToDisk(_file);
        Close();
    }

    private static byte[] Join(IReadOnlyList<AuditBatchLine> lines)
    {
        var bytes = new byte[lines.Sum(line => line.Stored.Line.Length)];
        var length = 0;
        foreach (var line in lines)
        {
            line.Stored.Line.CopyTo(bytes, length);
            length += line.Stored.Line.Length;
        }

        return bytes;
    }

    // A disk that becomes full takes a part of what is written: half a line would be no line.
    private static void WriteWhole(SafeFileHandle file, byte[] bytes, long end)
    {
        try
        {
            RandomAccess.Write(file, bytes, end);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(file, end);
            throw;
        }
    }

    private SafeFileHandle Open()
    {
        var isNew = !File.Exists(path);
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (isNew)
                File.SetUnixFileMode(file, Mode);
            EndLine(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // A daemon that was killed may have left half a line.
    private static void EndLine(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        Span<byte> last = [(byte)'\n'];
        if (length > 0 && RandomAccess.Read(file, last, length - 1) == 1 && last[0] != '\n')
            RandomAccess.Write(file, "\n"u8, length);
    }

    private void Rotate()
    {
        RandomAccess.FlushToDisk(_file!);
        Close();
        for (var number = files - 1; number >= 1; number--)
        {
            var from = NameOf(path, number - 1);
            if (File.Exists(from))
                File.Move(from, NameOf(path, number), overwrite: true);
        }

        _file = Open();
    }

    /// <summary>The name of a file of the trail.</summary>
    /// <param name="path">The file that is written.</param>
    /// <param name="number">How many were begun after it.</param>
    public static string NameOf(string path, int number) => number == 0 ? path : $"{path}.{number}";

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
