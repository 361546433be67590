using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>What there is, as of one moment.</content>
internal sealed partial class KernelLoop
{
    private readonly SnapshotRequests _snapshots = new();
    private (long Version, StateSnapshot Snapshot)? _latest;

    /// <summary>Reads every connection and every network interface as of one moment.</summary>
    /// <param name="namespaces">
    /// The namespaces that it is about, of which it is waited for each to be known; what it holds of others may not be all. Null
    /// for every one.
    /// </param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NetlinkTransportException">One of them cannot be known, again and again.</exception>
    public Task<StateSnapshot> SnapshotAsync(IReadOnlySet<string>? namespaces, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<StateSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => _snapshots.Add(namespaces, answer));
        return AwaitAsync(answer.Task, cancellation);
    }

    private void AnswerSnapshots()
    {
        if (!IsStarted && _namespaces.TrueForAll(loop => !loop.Standing.IsAwaited))
            BeStarted();
        if (!_snapshots.IsEmpty)
            _snapshots.Answer(_namespaces.Select(loop => loop.Standing), () => TakeSnapshot() with { Interfaces = ListInterfaces() });
    }

    private void BeStarted()
    {
        foreach (var loop in _namespaces)
        {
            if (loop.Standing is { IsUnsure: true, Failure: { } failure } failing)
                _log.StartedWithout(failing.Name, failure.Message);
        }

        _started.TrySetResult();
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
        var snapshot = new StateSnapshot(connections, Log.Last) { Namespaces = Namespaces.Select(loop => loop.Served.Name).ToHashSet() };
        _latest = (version, snapshot);
        return snapshot;
    }

    // Made anew each time, as lifetimes of addresses pass; there are few.
    private List<HostInterface> ListInterfaces()
        =>
        [
            .. Namespaces.OrderBy(loop => loop.Served.Name, StringComparer.Ordinal)
                .SelectMany(loop => loop.Interfaces.Table.List().Select(one => new HostInterface(loop.Served.Name, one))),
        ];
}
