using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Policies.Journals;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>
/// Keeps which endpoints policies made, and what the limits were before, over the daemon's end: the next one knows what it may touch.
/// What is about to be made is on record before it is made. Any thread may use it.
/// </summary>
internal sealed class EndpointJournal : IDisposable
{
    public const string FileName = "endpoints";

    // An interface that comes and goes for months must not fill the disk.
    private const int MostLines = 2_000;

    private readonly Dictionary<string, MadeEndpoints> _namespaces = [];
    private readonly Lock _guard = new();
    private readonly ILogger _log;
    private BootJournal? _file;
    private int _lines;

    private EndpointJournal(ILogger log) => _log = log;

    /// <summary>Reads what is in a directory, and goes on to write there.</summary>
    /// <param name="directory">The directory, which is made where it is missing; null to keep nothing over the daemon's end.</param>
    /// <param name="boot">The boot that the endpoints are of.</param>
    /// <param name="log">Hears of what cannot be read.</param>
    /// <exception cref="StartupException">The directory cannot be used.</exception>
    public static EndpointJournal Open(string? directory, Guid boot, ILogger log)
    {
        var journal = new EndpointJournal(log);
        if (directory is not null)
            journal.Begin(directory, boot);
        return journal;
    }

    /// <summary>What policies made in a namespace.</summary>
    /// <param name="key">What tells the namespace from all others.</param>
    public MadeEndpoints Of(string key)
    {
        lock (_guard)
        {
            if (!_namespaces.TryGetValue(key, out var made))
                _namespaces[key] = made = new MadeEndpoints(note => Add(key, note));
            return made;
        }
    }

    public void Dispose()
    {
        lock (_guard)
            _file?.Dispose();
    }

    private void Begin(string directory, Guid boot)
    {
        const string subject = "which endpoints policies made";
        var file = BootJournal.Open(directory, FileName, boot, subject);
        try
        {
            foreach (var line in file.Lines)
            {
                if (!Read(line))
                    _log.EndpointNoteUnreadable(line);
            }

            file.Begin(subject, AllLines());
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _file = file;
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    private void Add(string key, string note)
    {
        lock (_guard)
        {
            if (_file is null)
                return;
            if (++_lines > MostLines)
            {
                // What is noted is part of them only when it is done.
                _file.Rewrite(AllLines());
                _lines = 0;
            }

            _file.Add([$"{Uri.EscapeDataString(key)} {note}"]);
        }
    }

    private IEnumerable<string> AllLines()
        => _namespaces.SelectMany(known => known.Value.Notes.Select(note => $"{Uri.EscapeDataString(known.Key)} {note}"));

    private bool Read(string line)
    {
        var words = line.Split(' ');
        return words.Length > 1 && Of(Uri.UnescapeDataString(words[0])).Read(words.AsSpan()[1..]);
    }
}
