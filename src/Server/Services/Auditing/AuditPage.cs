using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Audit;

namespace Mptcp.ControlPlane.Server.Services.Auditing;

/// <summary>Collects a page of the trail.</summary>
internal static class AuditPage
{
    // What one call looks through; 10,000 entries take a tenth of a second.
    private const int MostLines = 10_000;
    private const int MostScannedBytes = 16 * 1024 * 1024;

    // A message of 4 MiB is the most that callers take unless they say otherwise.
    private const int MostBytes = 1024 * 1024;

    /// <summary>Takes entries until there are enough, or enough was looked through.</summary>
    /// <param name="lines">The lines, the newest first.</param>
    /// <param name="filter">Which are asked for.</param>
    /// <param name="size">The most entries.</param>
    /// <param name="last">The number of the last line that was looked at; 0 where there are no more.</param>
    public static List<AuditEntry> Take(IEnumerable<StoredLine> lines, AuditFilter filter, int size, out ulong last)
    {
        var entries = new List<AuditEntry>();
        var (count, scanned, bytes) = (0, 0, 0);
        foreach (var line in lines)
        {
            last = line.Sequence;
            count++;
            scanned += line.Line.Length;
            if (AuditEntryReader.TryRead(line.Line) is { } entry)
            {
                if (filter.IsBeyond(entry))
                    break;
                if (filter.Takes(entry))
                {
                    entries.Add(entry);
                    bytes += line.Line.Length;
                }
            }

            if (entries.Count >= size || bytes >= MostBytes || count >= MostLines || scanned >= MostScannedBytes)
                return entries;
        }

        last = 0;
        return entries;
    }
}
