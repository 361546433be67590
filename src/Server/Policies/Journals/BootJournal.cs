using Mptcp.ControlPlane.Server.Hosting;

namespace Mptcp.ControlPlane.Server.Policies.Journals;

/// <summary>
/// A file of lines about what ends with the host's boot: it need not survive a power failure, only the daemon. Whoever uses it takes
/// care that no two threads do at once.
/// </summary>
internal sealed class BootJournal : IDisposable
{
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int BufferSize = 16_384;
    private readonly string _directory;
    private readonly string _path;
    private readonly string _boot;
    private readonly FileStream _lock;
    private StreamWriter? _file;

    private BootJournal(string directory, string fileName, string boot)
    {
        (_directory, _path, _boot) = (directory, Path.Combine(directory, fileName), boot);
        _lock = new FileStream($"{_path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            Lines = File.Exists(_path) ? [.. File.ReadLines(_path).Select(TextOf).OfType<string>()] : [];
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>What was written since the host's boot when it was opened. The last line may be half of one.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Reads what is in a directory, which is made where it is missing. <see cref="Begin"/> comes before anything is added.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="fileName">The name of the file.</param>
    /// <param name="boot">The boot of the host.</param>
    /// <param name="subject">What is kept there, for whoever reads that it cannot be.</param>
    /// <exception cref="StartupException">The directory cannot be used.</exception>
    public static BootJournal Open(string directory, string fileName, Guid boot, string subject)
    {
        try
        {
            Directory.CreateDirectory(directory, DirectoryMode);
            return new BootJournal(directory, fileName, boot.ToString("N"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CannotKeep(subject, directory, failure);
        }
    }

    /// <summary>Goes on from these lines, which are all that still counts.</summary>
    /// <param name="subject">What is kept there, for whoever reads that it cannot be.</param>
    /// <param name="lines">The lines.</param>
    /// <exception cref="StartupException">The directory cannot be used.</exception>
    public void Begin(string subject, IEnumerable<string> lines)
    {
        try
        {
            Rewrite(lines);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CannotKeep(subject, _directory, failure);
        }
    }

    /// <summary>Has these lines be all that there is. A daemon that ends meanwhile has the old file, or the new one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Rewrite(IEnumerable<string> lines)
    {
        var unfinished = $"{_path}.unfinished";
        try
        {
            // It goes on to be written under its own name. What fails to be written must not be tried again behind the back of whoever was
            // told so, with the next line or at the end: nothing is buffered below the writer, which forgets what it has handed on.
            var whole = new StreamWriter(
                new FileStream(unfinished, new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    BufferSize = 0,
                }),
                bufferSize: BufferSize);
            try
            {
                foreach (var line in lines)
                    whole.WriteLine($"{_boot} {line}");
                whole.Flush();
                File.Move(unfinished, _path, overwrite: true);
            }
            catch
            {
                whole.Dispose();
                throw;
            }

            _file?.Dispose();
            _file = whole;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>Adds lines. When it returns they survive the daemon's end.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Add(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            _file!.WriteLine($"{_boot} {line}");
        _file!.Flush();
    }

    public void Dispose()
    {
        _file?.Dispose();
        _lock.Dispose();
    }

    private static StartupException CannotKeep(string subject, string directory, Exception failure)
        => new($"cannot keep {subject} in {directory}: {failure.Message}", failure);

    private string? TextOf(string line) => line.StartsWith($"{_boot} ", StringComparison.Ordinal) ? line[(_boot.Length + 1)..] : null;
}
