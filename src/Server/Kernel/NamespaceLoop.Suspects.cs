using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>
/// Looking at single connections. Sockets and events tell of one thing at two moments; what was heard of a connection while its
/// sockets were looked at makes the look worthless, and it is looked at again.
/// </content>
internal sealed partial class NamespaceLoop
{
    // One look takes some ten microseconds; events never wait for many.
    private const int LooksPerTurn = 64;

    // The kernel takes a subflow that was reset out of its tables first, and a worker of it tells of that, with the reason, a little
    // later. On a busy host that worker waits its turn, which takes milliseconds, not tenths of a second.
    private static readonly TimeSpan EndsAreTold = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<uint> _heard = [];
    private readonly Queue<Suspect> _suspects = new();
    private readonly Queue<(long Due, Suspect Suspect)> _missing = new();
    private readonly List<(Suspect Suspect, Connection? Known, SeenConnection? Seen)> _looked = [];
    private bool _noting;
    private ulong _differences;

    /// <summary>How long it is until a connection has to be looked at.</summary>
    private TimeSpan UntilLook
    {
        get
        {
            if (_suspects.Count > 0 || _looked.Count > 0)
                return TimeSpan.Zero;
            return _missing.TryPeek(out var next) ? _time.Until(next.Due) : Timeout.InfiniteTimeSpan;
        }
    }

    /// <summary>Has connections looked at of which what is known may be wrong.</summary>
    public void Examine(IEnumerable<Suspect> suspects)
    {
        foreach (var suspect in suspects)
            _suspects.Enqueue(suspect);
    }

    private void Look()
    {
        if (_looked.Count > 0)
            return;
        while (_missing.TryPeek(out var next) && _time.Until(next.Due) == TimeSpan.Zero)
            _suspects.Enqueue(_missing.Dequeue().Suspect);
        if (_suspects.Count == 0)
            return;
        Note();
        for (var left = LooksPerTurn; left > 0 && _suspects.TryDequeue(out var suspect); left--)
        {
            // What a later comparison looks at too is left to it.
            if (suspect.Comparison is { IsAbandoned: true } || LookAt(suspect))
                continue;
            // A survey finds it again; who waits for a comparison is told that it could not be made.
            if (suspect.Comparison is { } comparison && comparison == _comparison)
                Fail(comparison, new NetlinkTransportException("a connection could not be looked at"));
        }
    }

    /// <summary>Begins to note of which connections something is heard.</summary>
    private void Note()
    {
        _heard.Clear();
        _noting = true;
        // What is posted meanwhile counts as heard: it is newer than what was seen.
        Connections.Changed = _heard;
    }

    private void EndNoting()
    {
        _noting = false;
        Connections.Changed = null;
    }

    /// <summary>Looks at a connection and its subflows, each by itself.</summary>
    /// <returns>False when the kernel could not be asked.</returns>
    private bool LookAt(Suspect suspect)
    {
        var known = Connections.Find(suspect.Token);
        var ends = known is null ? suspect.Subflows : [.. suspect.Subflows, .. known.Subflows.Select(subflow => subflow.Ends)];
        if (_sockets.Look(suspect.Token, ends, whole: true) is not { Known: true } answer)
            return false;
        _looked.Add((suspect, known, answer.Connection));
        return true;
    }

    /// <summary>
    /// Applies what was seen of connections of which nothing has been heard since. One that lacks a subflow is looked at once more
    /// when the kernel has had the time to tell of its end.
    /// </summary>
    /// <returns>Those of which something was heard.</returns>
    private List<Suspect> Conclude(DateTimeOffset now)
    {
        EndNoting();
        var again = new List<Suspect>();
        foreach (var (suspect, known, seen) in _looked)
        {
            if (_heard.Contains(suspect.Token) || !ReferenceEquals(Connections.Find(suspect.Token), known))
                again.Add(suspect);
            else if (seen is not null && Connections.FindMissing(seen) is { Count: > 0 } missing && !missing.All((suspect.Missed ?? []).Contains))
                _missing.Enqueue((_time.After(EndsAreTold), suspect with { Missed = missing }));
            else
                Conclude(suspect, known, seen, now);
        }

        _looked.Clear();
        return again;
    }

    private void Conclude(Suspect suspect, Connection? known, SeenConnection? seen, DateTimeOffset now)
    {
        var before = _differences;
        if (seen is not null)
            Connections.Reconcile(seen, suspect.Cause, now);
        else if (known is not null)
            Connections.RemoveGone(known, suspect.Cause, now);
        suspect.Comparison?.Count(_differences - before);
        suspect.Comparison?.Settle();
    }
}
