using System.Globalization;
using System.Net;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Policies.Journals;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Policies.ByHand;

/// <summary>
/// Keeps what was done by hand over the daemon's end, so that the next one does not undo it. Connections end with the host's boot, and
/// with it what was done to them. Any thread may use it.
/// </summary>
internal sealed class HandJournal : IDisposable
{
    public const string FileName = "by-hand";

    // Of this boot's journals the first line, also where nothing was done by hand.
    private const string Begun = "begun";

    // After how many lines it is written anew, without those that count no more.
    private const int MostLines = 10_000;

    private readonly Dictionary<(string Namespace, ulong Connection), List<HandNote>> _notes = [];
    private readonly Lock _guard = new();

    // Whoever only asks does not wait for whoever writes.
    private readonly Lock _fileGuard = new();
    private readonly ILogger _log;
    private BootJournal? _file;
    private int _lines;

    private HandJournal(ILogger log) => _log = log;

    /// <summary>Whether it is kept at all.</summary>
    public bool IsKept => _file is not null;

    /// <summary>Whether it has been kept since this start only: it says nothing of what was done before.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>Reads what is in a directory, and goes on to write there.</summary>
    /// <param name="directory">The directory, which is made where it is missing; null to keep nothing over the daemon's end.</param>
    /// <param name="boot">The boot that connections are of.</param>
    /// <param name="log">Hears of what cannot be read or written.</param>
    /// <exception cref="StartupException">The directory cannot be used.</exception>
    public static HandJournal Open(string? directory, Guid boot, ILogger log)
    {
        var journal = new HandJournal(log);
        try
        {
            if (directory is not null)
                journal.Begin(directory, boot);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
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
        if (notes.Count == 0)
            return;
        lock (_guard)
            NotesOf(namespaceName, connection).AddRange(notes);
        lock (_fileGuard)
        {
            try
            {
                Write([.. notes.Select(note => Format(namespaceName, connection, note))]);
            }
            catch (IOException failure)
            {
                _log.HandNotesNotKept(failure.Message);
            }
        }
    }

    /// <summary>Forgets a connection that is closed.</summary>
    public void Forget(string namespaceName, ulong connection)
    {
        lock (_guard)
            _notes.Remove((namespaceName, connection));
    }

    public void Dispose()
    {
        lock (_fileGuard)
            _file?.Dispose();
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    private void Write(IReadOnlyCollection<string> lines)
    {
        if (_file is null)
            return;
        _lines += lines.Count;
        if (_lines <= MostLines)
        {
            _file.Add(lines);
            return;
        }

        // They are among what is known.
        _file.Rewrite(AllLines());
        _lines = 0;
    }

    private List<string> AllLines()
    {
        lock (_guard)
            return [Begun, .. _notes.SelectMany(known => known.Value.Select(note => Format(known.Key.Namespace, known.Key.Connection, note)))];
    }

    private List<HandNote> NotesOf(string namespaceName, ulong connection)
    {
        if (!_notes.TryGetValue((namespaceName, connection), out var notes))
            _notes[(namespaceName, connection)] = notes = [];
        return notes;
    }

    private void Begin(string directory, Guid boot)
    {
        const string subject = "what is done by hand";
        _file = BootJournal.Open(directory, FileName, boot, subject);
        IsFresh = _file.Lines.Count == 0;
        foreach (var line in _file.Lines)
            Read(line);
        _file.Begin(subject, AllLines());
    }

    private void Read(string line)
    {
        if (line.Split(' ') is not [var id, var kind, var local, var remote, var namespaceName])
            return;
        if (!ulong.TryParse(id, CultureInfo.InvariantCulture, out var connection) || !Enum.TryParse<HandNoteKind>(kind, out var known)
            || !IPEndPoint.TryParse(local, out var from) || !IsRemote(remote, out var to))
        {
            _log.HandNoteUnreadable(line);
            return;
        }

        NotesOf(Uri.UnescapeDataString(namespaceName), connection).Add(new HandNote(known, from, to));
    }

    private static bool IsRemote(string text, out IPEndPoint? remote)
    {
        remote = null;
        return text == "-" || IPEndPoint.TryParse(text, out remote);
    }

    private static string Format(string namespaceName, ulong connection, HandNote note) => string.Create(
        CultureInfo.InvariantCulture,
        $"{connection} {note.Kind} {note.Local} {note.Remote?.ToString() ?? "-"} {Uri.EscapeDataString(namespaceName)}");
}
