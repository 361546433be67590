using System.Globalization;
using System.Net;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Policies.ByHand;

/// <summary>
/// Keeps what was done by hand over the daemon's end, so that the next one does not undo it. Connections end with the host's boot, and
/// with it what was done to them: it need not survive a power failure, only the daemon. Any thread may use it.
/// </summary>
internal sealed class HandJournal : IDisposable
{
    public const string FileName = "by-hand";

    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly Dictionary<(string Namespace, ulong Connection), List<HandNote>> _notes = [];
    private readonly Lock _guard = new();
    private readonly ILogger _log;
    private readonly string _boot;
    private FileStream? _lock;
    private StreamWriter? _file;

    private HandJournal(string boot, ILogger log) => (_boot, _log) = (boot, log);

    /// <summary>Whether it is kept at all.</summary>
    public bool IsKept => _file is not null;

    /// <summary>Reads what is in a directory, and goes on to write there.</summary>
    /// <param name="directory">The directory, which is made where it is missing; null to keep nothing over the daemon's end.</param>
    /// <param name="boot">The boot that connections are of.</param>
    /// <param name="log">Hears of what cannot be read or written.</param>
    /// <exception cref="StartupException">The directory cannot be used.</exception>
    public static HandJournal Open(string? directory, Guid boot, ILogger log)
    {
        var journal = new HandJournal(boot.ToString("N"), log);
        if (directory is null)
            return journal;
        try
        {
            Directory.CreateDirectory(directory, DirectoryMode);
            journal._lock = new FileStream(
                Path.Combine(directory, $"{FileName}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            journal.Begin(Path.Combine(directory, FileName));
            return journal;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot keep what is done by hand in {directory}: {failure.Message}", failure);
        }
    }

    /// <summary>What was done to a connection.</summary>
    /// <param name="namespaceName">The namespace of the connection.</param>
    /// <param name="connection">Its id.</param>
    public IReadOnlyList<HandNote> Find(string namespaceName, ulong connection)
    {
        lock (_guard)
            return _notes.TryGetValue((namespaceName, connection), out var notes) ? [.. notes] : [];
    }

    /// <summary>Keeps what was done to a connection.</summary>
    public void Add(string namespaceName, ulong connection, IReadOnlyList<HandNote> notes)
    {
        lock (_guard)
        {
            if (_file is null)
                return;
            try
            {
                foreach (var note in notes)
                    _file.WriteLine(Format(namespaceName, connection, note));
                _file.Flush();
            }
            catch (IOException failure)
            {
                _log.HandNotesNotKept(failure.Message);
            }
        }
    }

    public void Dispose()
    {
        lock (_guard)
        {
            _file?.Dispose();
            _lock?.Dispose();
        }
    }

    private void Begin(string path)
    {
        if (File.Exists(path))
        {
            foreach (var line in File.ReadLines(path))
                Read(line);
        }

        // Without what was of earlier boots. A daemon that ends here has the old file, or the new one.
        var unfinished = $"{path}.unfinished";
        using (var whole = new StreamWriter(unfinished))
        {
            foreach (var ((namespaceName, connection), notes) in _notes)
            {
                foreach (var note in notes)
                    whole.WriteLine(Format(namespaceName, connection, note));
            }
        }

        File.Move(unfinished, path, overwrite: true);
        _file = new StreamWriter(path, append: true);
    }

    // The last line may be half of one.
    private void Read(string line)
    {
        if (line.Split(' ') is not [var boot, var id, var kind, var local, var remote, var namespaceName] || boot != _boot)
            return;
        if (!ulong.TryParse(id, CultureInfo.InvariantCulture, out var connection) || !Enum.TryParse<HandNoteKind>(kind, out var known)
            || !IPEndPoint.TryParse(local, out var from) || !IsRemote(remote, out var to))
        {
            _log.HandNoteUnreadable(line);
            return;
        }

        var key = (Uri.UnescapeDataString(namespaceName), connection);
        if (!_notes.TryGetValue(key, out var notes))
            _notes[key] = notes = [];
        notes.Add(new HandNote(known, from, to));
    }

    private static bool IsRemote(string text, out IPEndPoint? remote)
    {
        remote = null;
        return text == "-" || IPEndPoint.TryParse(text, out remote);
    }

    private string Format(string namespaceName, ulong connection, HandNote note) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_boot} {connection} {note.Kind} {note.Local} {note.Remote?.ToString() ?? "-"} {Uri.EscapeDataString(namespaceName)}");
}
