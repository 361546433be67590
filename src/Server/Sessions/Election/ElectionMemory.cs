using System.Globalization;
using Mptcp.ControlPlane.Server.Policies.Journals;

namespace Mptcp.ControlPlane.Server.Sessions.Election;

/// <summary>
/// The highest election id of each role since the host's boot, and who bid it: who comes back with less has been replaced, also when the
/// daemon has been started again since. Whoever uses it takes care that no two threads do at once.
/// </summary>
internal sealed class ElectionMemory : IDisposable
{
    private const string Subject = "the election ids of controllers";
    private const int MostLines = 1_000;

    // No role's name has it, so that half of a line is never the whole one of a role with a shorter name.
    private const char End = ';';

    private readonly Dictionary<string, (ulong Id, string Bidder)> _highest = [];
    private readonly BootJournal? _journal;
    private int _lines;

    private ElectionMemory(BootJournal? journal) => _journal = journal;

    /// <summary>Reads what is kept.</summary>
    /// <param name="directory">The directory; null to remember no longer than the daemon runs.</param>
    /// <param name="boot">The boot of the host.</param>
    /// <exception cref="Hosting.StartupException">The directory cannot be used.</exception>
    public static ElectionMemory Open(string? directory, Guid boot)
    {
        if (directory is null)
            return new ElectionMemory(journal: null);
        var journal = BootJournal.Open(directory, "elections", boot, Subject);
        try
        {
            var memory = new ElectionMemory(journal);
            foreach (var line in journal.Lines)
                memory.Read(line);
            journal.Begin(Subject, memory.Lines);
            return memory;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>The highest id of a role; 0 for none.</summary>
    public ulong Highest(string role) => _highest.GetValueOrDefault(role).Id;

    /// <summary>Who bid the highest id of a role; null for nobody.</summary>
    public string? BidderOf(string role) => _highest.GetValueOrDefault(role).Bidder;

    /// <summary>Notes an id, if it is higher.</summary>
    /// <param name="role">The role.</param>
    /// <param name="id">The id.</param>
    /// <param name="bidder">Who bid it, as one word.</param>
    /// <exception cref="SessionRefusedException">It cannot be kept; then it is not noted either.</exception>
    public void Note(string role, ulong id, string bidder)
    {
        var before = _highest.GetValueOrDefault(role);
        if (id <= before.Id)
            return;
        try
        {
            _highest[role] = (id, bidder);
            if (++_lines < MostLines)
                _journal?.Add([LineOf(role, id, bidder)]);
            else
                Rewrite();
        }
        catch (IOException failure)
        {
            _highest[role] = before;
            throw new SessionRefusedException(SessionRefusal.StateNotWritten, $"the election id cannot be kept: {failure.Message}", failure);
        }
    }

    public void Dispose() => _journal?.Dispose();

    private IEnumerable<string> Lines => _highest.Where(one => one.Value.Id > 0).Select(one => LineOf(one.Key, one.Value.Id, one.Value.Bidder));

    private void Rewrite()
    {
        _journal?.Rewrite(Lines);
        _lines = 0;
    }

    // The last line may be half of one: then its id was never told to anybody.
    private void Read(string line)
    {
        if (line.EndsWith(End) && line[..^1].Split(' ', 3) is [var number, var bidder, var role]
            && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > Highest(role))
        {
            _highest[role] = (id, bidder);
        }
    }

    private static string LineOf(string role, ulong id, string bidder) => string.Create(CultureInfo.InvariantCulture, $"{id} {bidder} {role}{End}");
}
