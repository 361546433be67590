using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Kernel.Surveys;

/// <summary>A comparison of all that is known of a namespace with the kernel, from its beginning until nothing of it is left to settle.</summary>
/// <param name="cause">Why it is made.</param>
/// <param name="waiting">Who waits for what comes of it.</param>
/// <param name="deadline">The moment from which it waits for nothing any more.</param>
internal sealed class Comparison(StateEventCause cause, IReadOnlyList<TaskCompletionSource<ReconcileOutcome>> waiting, long deadline)
{
    private int _connections;
    private int _subflows;
    private ulong _differences;

    public StateEventCause Cause { get; } = cause;

    public IReadOnlyList<TaskCompletionSource<ReconcileOutcome>> Waiting { get; } = waiting;

    public long Deadline { get; } = deadline;

    /// <summary>How many connections are left of which it is not known yet what is.</summary>
    public int Left { get; private set; }

    /// <summary>True when another one that began later takes its place.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Notes what the kernel shows, and how much of it the lists alone do not settle.</summary>
    public void Begin(IReadOnlyCollection<SeenConnection> seen, int left)
        => (_connections, _subflows, Left) = (seen.Count, seen.Sum(connection => connection.Subflows.Length), left);

    /// <summary>Notes how many differences were told.</summary>
    public void Count(ulong differences) => _differences += differences;

    /// <summary>Notes that a connection that was left is as the kernel shows it.</summary>
    public void Settle() => Left--;

    public void Abandon() => IsAbandoned = true;

    /// <summary>What has come of it.</summary>
    /// <param name="last">The number of the last event of the log.</param>
    public ReconcileOutcome Outcome(ulong last) => new(_connections, _subflows, _differences, last);
}
