using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>
/// A stretch of the event log that a watcher does not get, as a snapshot takes its place: because the log no longer holds all of it, or
/// because it says that the kernel dropped events.
/// </summary>
internal sealed class Losses
{
    private const int EventsPerRead = 512;

    private readonly ulong _first;
    private readonly ulong _last;
    private readonly HashSet<string> _namespaces = [];
    private ulong _remarks;
    private ulong _dropped;
    private bool _isUncounted;

    private Losses(ulong first, ulong last) => (_first, _last) = (first, last);

    /// <summary>How many entries the log no longer holds.</summary>
    public ulong Skipped { get; private set; }

    /// <summary>Reads a stretch of the log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="after">The number of the last event before the stretch.</param>
    /// <param name="until">The number of the last event in it, which is that of the snapshot.</param>
    /// <param name="isLoss">Whether an entry says that the kernel dropped something of interest.</param>
    public static Losses Read(EventLog log, ulong after, ulong until, Func<StateEvent, bool> isLoss)
    {
        var losses = new Losses(after + 1, until);
        var read = new StateEvent[EventsPerRead];
        while (after < until)
        {
            var (count, skipped) = log.Read(after, read);
            losses.Skipped += Math.Min(skipped, until - after);
            foreach (var told in read.AsSpan(0, count))
            {
                if (told.Sequence <= until && isLoss(told))
                    losses.Drop(told);
            }

            after += skipped + (ulong)count;
        }

        return losses;
    }

    public Lost ToProto()
    {
        var lost = new Lost
        {
            Source = Skipped > 0 ? LossSource.Log : LossSource.Kernel,
            FirstSequence = _first,
            LastSequence = _last,
            Namespace = Skipped == 0 && _namespaces.Count == 1 ? _namespaces.Single() : "",
        };
        // What the log still holds, and the snapshot takes the place of, is not delivered either.
        if (!_isUncounted)
            lost.Count = _last - _first + 1 - _remarks + _dropped;
        return lost;
    }

    private void Drop(StateEvent told)
    {
        _remarks++;
        _namespaces.Add(told.Namespace);
        _dropped += told.Dropped ?? 0;
        _isUncounted |= told.Dropped is null;
    }
}
