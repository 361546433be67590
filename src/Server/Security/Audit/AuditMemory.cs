namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>The newest lines of the trail, as many as are to be held and fit.</summary>
/// <param name="mostEntries">How many there may be.</param>
/// <param name="mostBytes">How many bytes they may take together.</param>
internal sealed class AuditMemory(int mostEntries, long mostBytes)
{
    // Around each array of bytes.
    private const int Overhead = 64;

    private readonly Lock _guard = new();
    private readonly Queue<StoredLine> _lines = new();
    private long _bytes;

    /// <summary>Adds a line, which takes the place of the oldest ones where there is no room for it.</summary>
    public void Add(StoredLine line)
    {
        lock (_guard)
        {
            _lines.Enqueue(line);
            _bytes += line.Line.Length + Overhead;
            while (_lines.Count > mostEntries || (_bytes > mostBytes && _lines.Count > 1))
                _bytes -= _lines.Dequeue().Line.Length + Overhead;
        }
    }

    /// <summary>Those before a sequence number, the newest first.</summary>
    public IReadOnlyList<StoredLine> Before(ulong sequence)
    {
        lock (_guard)
            return [.. _lines.Where(line => line.Sequence < sequence).Reverse()];
    }
}
