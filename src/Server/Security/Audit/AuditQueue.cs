using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>Entries on their way to the trail's thread. Whoever adds one never waits: where there is no room it is counted instead.</summary>
/// <param name="mostEntries">How many there may be.</param>
/// <param name="mostBytes">How many bytes they may take together, about.</param>
internal sealed class AuditQueue(int mostEntries, long mostBytes) : IDisposable
{
    private readonly ConcurrentQueue<AuditRecord> _waiting = new();
    private readonly SemaphoreSlim _wake = new(0);
    private long _bytes;
    private int _entries;
    private int _isAsleep;
    private long _lost;

    /// <summary>Adds an entry.</summary>
    /// <returns>False where there was no room.</returns>
    public bool TryAdd(AuditRecord record)
    {
        if (Interlocked.Increment(ref _entries) > mostEntries)
        {
            Lose();
            return false;
        }

        if (Interlocked.Add(ref _bytes, record.Size) > mostBytes)
        {
            Interlocked.Add(ref _bytes, -record.Size);
            Lose();
            return false;
        }

        _waiting.Enqueue(record);
        Wake();
        return true;
    }

    /// <summary>Counts an entry that is left out.</summary>
    public void Skip()
    {
        Interlocked.Increment(ref _lost);
        Wake();
    }

    /// <summary>Has the reader look, if it sleeps.</summary>
    public void Wake()
    {
        // The exchange of the other side and this one order what each wrote before with what it reads behind.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) == 1 && Interlocked.Exchange(ref _isAsleep, 0) == 1)
            _wake.Release();
    }

    /// <summary>Takes the next entry.</summary>
    public bool TryTake([NotNullWhen(true)] out AuditRecord? record)
    {
        if (!_waiting.TryDequeue(out record))
            return false;
        Interlocked.Decrement(ref _entries);
        Interlocked.Add(ref _bytes, -record.Size);
        return true;
    }

    /// <summary>Takes the number of those for which there was no room.</summary>
    public ulong TakeLost() => (ulong)Interlocked.Exchange(ref _lost, 0);

    /// <summary>Sleeps until there is something, or it is woken.</summary>
    /// <param name="hasOther">Whether there is something else than entries.</param>
    public void Sleep(Func<bool> hasOther)
    {
        Interlocked.Exchange(ref _isAsleep, 1);
        if ((!_waiting.IsEmpty || Volatile.Read(ref _lost) > 0 || hasOther()) && Interlocked.Exchange(ref _isAsleep, 0) == 1)
            return;
        _wake.Wait();
    }

    public void Dispose() => _wake.Dispose();

    private void Lose()
    {
        Interlocked.Decrement(ref _entries);
        Interlocked.Increment(ref _lost);
        Wake();
    }
}
