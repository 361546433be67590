using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>What a stretch of the event log says was lost in it, by the log itself or by the kernel before.</summary>
internal sealed class Losses
{
    private const int EventsPerRead = 512;

    private readonly HashSet<string> _namespaces = [];
    private ulong? _first;
    private ulong _last;
    private bool _isUncounted;

    private Losses()
    {
    }

    /// <summary>How many entries the log no longer holds.</summary>
    public ulong Skipped { get; private set; }

    private ulong Dropped { get; set; }

    /// <summary>Reads a stretch of the log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="after">The number of the last event before the stretch.</param>
    /// <param name="until">The number of the last event in it.</param>
    /// <param name="isLoss">Whether an entry says that the kernel dropped something of interest.</param>
    public static Losses Read(EventLog log, ulong after, ulong until, Func<StateEvent, bool> isLoss)
    {
        var losses = new Losses();
        var read = new StateEvent[EventsPerRead];
        while (after < until)
        {
            var (count, skipped) = log.Read(after, read);
            losses.Skip(after, Math.Min(skipped, until - after));
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
            FirstSequence = _first ?? 0,
            LastSequence = _last,
            Namespace = Skipped == 0 && _namespaces.Count == 1 ? _namespaces.Single() : "",
        };
        if (!_isUncounted)
            lost.Count = Skipped + Dropped;
        return lost;
    }

    private void Skip(ulong after, ulong count)
    {
        if (count == 0)
            return;
        Skipped += count;
        Stretch(after + 1, after + count);
    }

    private void Drop(StateEvent told)
    {
        _namespaces.Add(told.Namespace);
        Dropped += told.Dropped ?? 0;
        _isUncounted |= told.Dropped is null;
        Stretch(told.Sequence, told.Sequence);
    }

    private void Stretch(ulong first, ulong last)
    {
        _first ??= first;
        _last = last;
    }
}
