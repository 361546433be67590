namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>
/// Gives back memory that a busy time needed, once a quiet one has come: a daemon that has little to do allocates too little
/// for the collector to look at what has grown old.
/// </summary>
internal sealed class Compaction
{
    // What has grown old since a collection, and what was allocated where there was none since.
    private const long WorthwhileGrowth = 2 * 1024 * 1024;
    private const long WorthwhileLitter = 768 * 1024;

    // So many events leave garbage among what has grown old, whatever the collector has made of it since.
    private const ulong WorthwhileEvents = 4096;

    private ulong _lastEvent;
    private ulong _lastEventAfter;
    private Heap _after = Heap.Read();

    /// <summary>Looks whether it is time. A collection stops every thread for some milliseconds.</summary>
    /// <param name="lastEvent">The number of the last event of the log: it is quiet while it stays the same.</param>
    public void Consider(ulong lastEvent)
    {
        var quiet = lastEvent == _lastEvent;
        _lastEvent = lastEvent;
        if (!quiet)
            return;
        var now = Heap.Read();
        var worthwhile = now.Collections == _after.Collections
            ? now.Allocated - _after.Allocated > WorthwhileLitter
            : Math.Abs(now.Committed - _after.Committed) > WorthwhileGrowth;
        if (!worthwhile && lastEvent - _lastEventAfter < WorthwhileEvents)
            return;
        _lastEventAfter = lastEvent;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _after = Heap.Read();
    }

    private readonly record struct Heap(long Collections, long Allocated, long Committed)
    {
        public static Heap Read()
        {
            var last = GC.GetGCMemoryInfo(GCKind.Any);
            return new Heap(last.Index, GC.GetTotalMemory(forceFullCollection: false), last.TotalCommittedBytes);
        }
    }
}
