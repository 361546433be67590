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

    private readonly Dictionary<(string Namespace, ulong Connection), List<HandNote>> _notes = [];
    private readonly Lock _guard = new();
    private readonly ILogger _log;
    private BootJournal? _file;

    private HandJournal(ILogger log) => _log = log;

    /// <summary>Whether it is kept at all.</summary>
    public bool IsKept => _file is not null;

    /// <summary>Reads what is in a directory, and goes on to write there.</summary>
    /// <param name="directory">The directory, which is made where it is missing; null to keep nothing over the daemon's end.</param>
    /// <param name="boot">The boot that connections are of.</param>
    /// <param name="log">Hears of what cannot be read or written.</param>
    /// <exception cref="StartupException">The directory cannot be used.</exception>
    public static HandJournal Open(string? directory, Guid boot, ILogger log)
    {
        var journal = new HandJournal(log);
        if (directory is not null)
            journal.Begin(directory, boot);
        return journal;
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
            try
            {
                _file?.Add(notes.Select(note => Format(namespaceName, connection, note)));
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
            _file?.Dispose();
    }

    private void Begin(string directory, Guid boot)
    {
        const string subject = "what is done by hand";
        _file = BootJournal.Open(directory, FileName, boot, subject);
        foreach (var line in _file.Lines)
            Read(line);
        _file.Begin(subject, _notes.SelectMany(known => known.Value.Select(note => Format(known.Key.Namespace, known.Key.Connection, note))));
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

    private static string Format(string namespaceName, ulong connection, HandNote note) => string.Create(
        CultureInfo.InvariantCulture,
        $"{connection} {note.Kind} {note.Local} {note.Remote?.ToString() ?? "-"} {Uri.EscapeDataString(namespaceName)}");
}
