namespace Mptcp.ControlPlane.Server.State.Events;

/// <summary>
/// The latest events of the daemon, in a ring that is bounded in events and in bytes. One writer appends; any number of readers
/// each keep a sequence number of their own and read on from there without a lock, so a slow reader costs nobody anything but
/// its own losses.
/// </summary>
/// <param name="capacity">How many events it holds.</param>
/// <param name="capacityBytes">How many bytes they may take, as <see cref="EventWeight"/> estimates them; the latest event is held in any case.</param>
internal sealed class EventLog(int capacity, long capacityBytes = long.MaxValue)
{
    // The ring is made in pieces as it fills for the first time, so that a quiet daemon stays small.
    private const int PieceLength = 1024;
    private readonly StateEvent?[]?[] _pieces = new StateEvent?[]?[(capacity + PieceLength - 1) / PieceLength];
    private ulong _last;
    private ulong _oldest = 1;
    private long _bytes;
    private ulong _notified;
    private TaskCompletionSource _appended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The sequence number of the event appended last; 0 when there is none.</summary>
    public ulong Last => Volatile.Read(ref _last);

    /// <summary>The sequence number of the oldest event that is held; one more than <see cref="Last"/> when there is none.</summary>
    public ulong Oldest => Volatile.Read(ref _oldest);

    /// <summary>What the events that are held take, in bytes, as <see cref="EventWeight"/> estimates it.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Appends an event and gives it the next number. Only the one writer may call it.</summary>
    /// <returns>The event with its number.</returns>
    public StateEvent Append(StateEvent entry)
    {
        entry.Sequence = _last + 1;
        var bytes = _bytes + EventWeight.Of(entry);
        while (_oldest <= _last && (bytes > capacityBytes || entry.Sequence - _oldest >= (ulong)capacity))
        {
            ref var slot = ref SlotOf(_oldest);
            bytes -= EventWeight.Of(slot!);
            // Whoever reads there meanwhile finds it gone, as when a later event had taken its place.
            Volatile.Write(ref slot, null);
            Volatile.Write(ref _oldest, _oldest + 1);
        }

        Volatile.Write(ref SlotOf(entry.Sequence), entry);
        Volatile.Write(ref _bytes, bytes);
        Volatile.Write(ref _last, entry.Sequence);
        return entry;
    }

    /// <summary>
    /// Wakes the readers that wait. The writer calls it after a run of appends, now and then during a long one, and before whatever
    /// takes long; where nothing was appended since, it wakes nobody.
    /// </summary>
    public void Notify()
    {
        if (_notified == _last)
            return;
        _notified = _last;
        Interlocked.Exchange(ref _appended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>Reads on.</summary>
    /// <param name="after">The sequence number of the event read last.</param>
    /// <param name="events">Receives what follows; its length bounds how much.</param>
    /// <returns>How many were written, and how many were skipped before them because the ring had moved on.</returns>
    public (int Count, ulong Skipped) Read(ulong after, Span<StateEvent> events)
    {
        while (true)
        {
            var last = Last;
            if (last <= after || events.IsEmpty)
                return (0, 0);
            var next = Math.Max(after + 1, Oldest);
            var count = ReadFrom(next, last, events);
            // With nothing read, the writer has come round meanwhile: there is a later place to begin at.
            if (count > 0)
                return (count, next - after - 1);
        }
    }

    /// <returns>How many were read before the writer had come round.</returns>
    private int ReadFrom(ulong next, ulong last, Span<StateEvent> events)
    {
        var count = 0;
        for (; count < events.Length && next + (ulong)count <= last; count++)
        {
            // Where the writer has come round, the slot holds a later event or none, and so do those before it.
            if (Volatile.Read(ref SlotOf(next + (ulong)count)) is not { } entry || entry.Sequence != next + (ulong)count)
                break;
            events[count] = entry;
        }

        return count;
    }

    /// <summary>Waits until there is an event after a sequence number.</summary>
    public async ValueTask WaitAsync(ulong after, CancellationToken cancellation)
    {
        while (Last <= after)
        {
            // Taken before looking again, so that what is appended between the two is not slept through.
            var appended = Volatile.Read(ref _appended).Task;
            if (Last > after)
                return;
            await appended.WaitAsync(cancellation);
        }
    }

    private ref StateEvent? SlotOf(ulong sequence)
    {
        var slot = (int)(sequence % (ulong)capacity);
        var piece = _pieces[slot / PieceLength] ??= new StateEvent?[PieceLength];
        return ref piece[slot % PieceLength];
    }
}
