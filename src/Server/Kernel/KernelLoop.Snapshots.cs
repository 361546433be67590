using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Interfaces;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>What there is, as of one moment.</content>
internal sealed partial class KernelLoop
{
    private readonly List<TaskCompletionSource<StateSnapshot>> _snapshots = [];
    private (long Version, StateSnapshot Snapshot)? _latest;

    /// <summary>Reads every connection and every network interface as of one moment.</summary>
    public Task<StateSnapshot> SnapshotAsync(CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<StateSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => _snapshots.Add(answer));
        return AwaitAsync(answer.Task, cancellation);
    }

    /// <summary>Answers who wants to know everything: while something is not sure, that would be less than everything.</summary>
    private void AnswerSnapshots()
    {
        _started.TrySetResult();
        if (_snapshots.Count == 0)
            return;
        var snapshot = TakeSnapshot() with { Interfaces = ListInterfaces() };
        foreach (var answer in _snapshots)
            answer.TrySetResult(snapshot);
        _snapshots.Clear();
    }

    private StateSnapshot TakeSnapshot()
    {
        // Pages of one list, and watchers that come together, share it.
        var version = Namespaces.Sum(loop => loop.Connections.Version);
        if (_latest is { } latest && latest.Version == version)
            return latest.Snapshot with { Sequence = Log.Last };
        var connections = Namespaces.SelectMany(loop => loop.Connections.All.Values).ToArray();
        Array.Sort(connections, static (one, other) =>
        {
            var order = string.CompareOrdinal(one.Namespace, other.Namespace);
            return order != 0 ? order : (one.Id, one.Token).CompareTo((other.Id, other.Token));
        });
        var snapshot = new StateSnapshot(connections, Log.Last);
        _latest = (version, snapshot);
        return snapshot;
    }

    // Made anew each time, as lifetimes of addresses pass; there are few.
    private List<HostInterface> ListInterfaces()
    {
        var now = _time.GetUtcNow();
        return
        [
            .. Namespaces.OrderBy(loop => loop.Served.Name, StringComparer.Ordinal)
                .SelectMany(loop => loop.Interfaces.Table.List(now).Select(one => new HostInterface(loop.Served.Name, one))),
        ];
    }
}
