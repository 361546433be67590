using System.Globalization;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>
/// Keeps the history in a directory: one file with all of it, written whole at each change, and a copy of the one before. What
/// is found there is as it was written, or is not taken.
/// </summary>
internal sealed class PolicyStore : IDisposable
{
    public const string FileName = "policies";
    public const string PreviousName = "policies.previous";
    private const string UnfinishedSuffix = ".unfinished";

    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory;
    private readonly FileStream _lock;
    private byte[]? _newest;

    private PolicyStore(string directory, FileStream heldLock)
    {
        _directory = directory;
        _lock = heldLock;
    }

    /// <summary>What was found in the directory.</summary>
    public PolicyHistory Found { get; private set; } = PolicyHistory.Empty;

    /// <summary>Whether and how revisions are kept.</summary>
    public PolicyStorage Storage { get; private set; } = PolicyStorage.None;

    /// <summary>Takes a directory, which is made where it is missing, and reads what is in it.</summary>
    /// <exception cref="StartupException">It cannot be written to or read, or another daemon has it.</exception>
    public static PolicyStore Open(string directory, ILogger log, TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(directory, DirectoryMode);
            var store = new PolicyStore(directory, Lock(directory));
            try
            {
                store.Read(log, time);
                return store;
            }
            catch
            {
                store.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw new StartupException($"cannot keep policies in {directory}: {exception.Message}", exception);
        }
    }

    /// <summary>Whether an exception says that a file could not be written or read.</summary>
    public static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Writes a history. When it returns, the history survives a power failure; when it throws, the one before does.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Save(PolicyHistory history)
    {
        var content = PolicyHistoryFormat.Write(history);
        if (_newest is not null)
            Write(PreviousName, _newest);
        try
        {
            Write(FileName, content);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            PutBack();
            throw;
        }

        _newest = content;
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string directory)
    {
        // FileShare.None is flock(LOCK_EX) here, which ends with the process however it ends.
        var options = new FileStreamOptions
        {
            Mode = System.IO.FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = FileMode,
        };
        try
        {
            return new FileStream(Path.Combine(directory, "lock"), options);
        }
        catch (IOException exception) when (exception.HResult == Errno.TryAgain.Number)
        {
            throw new StartupException($"another mptcp-controld keeps its policies in {directory}");
        }
    }

    private void Read(ILogger log, TimeProvider time)
    {
        foreach (var name in new[] { FileName, PreviousName })
            File.Delete(PathOf(name + UnfinishedSuffix)); // What a daemon that died was about to write.

        var problems = new List<string>();
        if (ReadFile(FileName, problems, log, time) is { } newest)
        {
            Found = newest;
        }
        else if (ReadFile(PreviousName, problems, log, time) is { } previous)
        {
            Found = previous;
            problems.Insert(problems.Count, $"went on with the copy before it, revision {previous.Holding.Number}");
            Write(FileName, _newest!);
            log.PoliciesRecovered(_directory, previous.Holding.Number);
        }
        else if (problems.Count > 0)
        {
            problems.Add("went on with no policies");
            log.PoliciesLost(_directory);
        }

        var state = problems.Count == 0 ? PolicyStorageState.Kept
            : _newest is null ? PolicyStorageState.Lost
            : PolicyStorageState.Recovered;
        Storage = new PolicyStorage(state, _directory, string.Join("; ", problems));
    }

    private PolicyHistory? ReadFile(string name, List<string> problems, ILogger log, TimeProvider time)
    {
        var path = PathOf(name);
        if (!File.Exists(path))
        {
            // A copy without the file that it is a copy of: somebody has removed that.
            if (name == FileName && File.Exists(PathOf(PreviousName)))
                problems.Add($"{path} is missing");
            return null;
        }

        var content = File.ReadAllBytes(path);
        try
        {
            var history = PolicyHistoryFormat.Read(content);
            _newest = content;
            return history;
        }
        catch (InvalidDataException exception)
        {
            var aside = $"{path}.bad-{time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
            File.Move(path, aside, overwrite: true);
            log.PoliciesUnreadable(path, exception.Message, aside);
            problems.Add($"{path} {exception.Message}, and is now {aside}");
            return null;
        }
    }

    private void Write(string name, byte[] content)
    {
        var unfinished = PathOf(name + UnfinishedSuffix);
        var options = new FileStreamOptions
        {
            Mode = System.IO.FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = FileMode,
        };
        using (var file = new FileStream(unfinished, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, PathOf(name), overwrite: true);
        DirectorySync.Flush(_directory);
    }

    // It may be there though writing failed, where only the directory could not be written to the disk.
    private void PutBack()
    {
        try
        {
            if (_newest is not null)
                Write(FileName, _newest);
            else
                File.Delete(PathOf(FileName));
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            // The disk takes nothing any more; whoever wanted to save hears that.
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, name);
}
