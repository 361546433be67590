using System.Collections.Concurrent;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>
/// One thread that hears every namespace's events and is the only one to change what the daemon knows. Others read the
/// event log, or post what they want done; none of their commands to the kernel makes the thread wait.
/// </summary>
internal sealed class KernelLoop : IDisposable
{
    private const int EventsPerTurn = 256;

    // A connection that its peer aborts ends without an event, so every connection is looked up now and then. One takes a
    // few microseconds; they are spread, so that events never wait for many.
    private const int LookUpsPerTurn = 500;
    private static readonly TimeSpan LookUpInterval = TimeSpan.FromSeconds(1);

    private readonly EventPoller _poller = new();
    private readonly ConcurrentQueue<Action> _posts = new();
    private readonly List<PathManagerEvent> _received = [];
    private readonly List<NamespaceState> _namespaces = [];
    private readonly JoinListeners _listeners;
    private readonly SubflowRequests _requests;
    private readonly ServerMetrics _metrics;
    private readonly ILogger<KernelLoop> _log;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;
    private long _lookedUp;

    /// <summary>Subscribes to the events of every namespace. Nothing is heard until <see cref="Start"/>.</summary>
    /// <exception cref="KernelRefusedException">EPERM: CAP_NET_ADMIN is missing.</exception>
    public KernelLoop(
        HostNamespaces namespaces, DaemonOptions options, JoinListeners listeners, SubflowRequests requests,
        ServerMetrics metrics, KernelRequestObserver observer, ILogger<KernelLoop> log, TimeProvider time)
    {
        _listeners = listeners;
        _requests = requests;
        _metrics = metrics;
        _log = log;
        _time = time;
        Log = new EventLog(options.EventLogCapacity);
        _thread = new Thread(Run) { Name = "kernel loop", IsBackground = true };
        try
        {
            foreach (var served in namespaces.All)
                _namespaces.Add(new NamespaceState(served, options.EventReceiveBufferBytes, observer.Observe, Publish, log));
        }
        catch
        {
            DisposeSockets();
            throw;
        }
    }

    /// <summary>Everything that happened, as far back as it reaches.</summary>
    public EventLog Log { get; }

    /// <summary>Ends when the thread has, with the exception that ended it where one did.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The event receive buffer that a namespace got, in bytes.</summary>
    public int EventBuffer(HostNamespace served) => StateOf(served).Events.ReceiveBuffer;

    public void Start()
    {
        for (var i = 0; i < _namespaces.Count; i++)
        {
            _poller.Add(_namespaces[i].Events.Descriptor, (ulong)i);
            _log.EventsSubscribed(_namespaces[i].Served.Name, _namespaces[i].Events.ReceiveBuffer);
        }

        _thread.Start();
    }

    /// <summary>
    /// Has the thread change what is known of a namespace. A change posted before the kernel is sent a command is made
    /// before any event that the command causes is looked at.
    /// </summary>
    public void Post(HostNamespace served, Action<ConnectionTable, DateTimeOffset> change)
    {
        var table = StateOf(served).Connections;
        Post(() => change(table, _time.GetUtcNow()));
    }

    /// <summary>As posting, and tells what came of it.</summary>
    public Task<T> AskAsync<T>(HostNamespace served, Func<ConnectionTable, DateTimeOffset, T> change, CancellationToken cancellation)
    {
        var table = StateOf(served).Connections;
        return AskAsync(() => change(table, _time.GetUtcNow()), cancellation);
    }

    /// <summary>Reads every connection as of one moment.</summary>
    public async Task<StateSnapshot> SnapshotAsync(CancellationToken cancellation)
    {
        var (connections, sequence) = await AskAsync(
            () => (_namespaces.SelectMany(state => state.Connections.All).ToArray(), Log.Last), cancellation);
        Array.Sort(connections, static (one, other) =>
        {
            var order = string.CompareOrdinal(one.Namespace, other.Namespace);
            return order != 0 ? order : (one.Id, one.Token).CompareTo((other.Id, other.Token));
        });
        return new StateSnapshot(connections, sequence);
    }

    public void Dispose()
    {
        _stopping = true;
        _poller.Wake();
        if (_thread.IsAlive)
            _thread.Join();
        DisposeSockets();
    }

    private void Post(Action action)
    {
        _posts.Enqueue(action);
        _poller.Wake();
    }

    private async Task<T> AskAsync<T>(Func<T> question, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(question());
            }
            catch (Exception exception)
            {
                answer.SetException(exception);
                throw;
            }
        });
        var first = await Task.WhenAny(answer.Task, _ended.Task).WaitAsync(cancellation);
        if (first != answer.Task && !answer.Task.IsCompleted)
            throw new NetlinkTransportException("the kernel loop has ended");
        return await answer.Task;
    }

    private void Run()
    {
        try
        {
            Span<ulong> ready = stackalloc ulong[16];
            while (!_stopping)
            {
                var count = _poller.Wait(ready, UntilLookUp);
                var before = Log.Last;
                if (count == 0)
                    MakePostedChanges();
                foreach (var key in ready[..count])
                    Hear(_namespaces[(int)key]);
                if (UntilLookUp == TimeSpan.Zero)
                    LookUp();
                foreach (var state in _namespaces)
                {
                    // A loss whose last event has been heard makes no descriptor readable any more.
                    if (state.Unsure)
                        Hear(state);
                }

                if (Log.Last != before)
                    Log.Notify();
            }

            _ended.SetResult();
        }
        catch (Exception exception)
        {
            // Without this thread the daemon knows nothing any more; whoever awaits the end stops the daemon.
            _ended.SetException(exception);
        }
    }

    private TimeSpan UntilLookUp
    {
        get
        {
            if (_namespaces.TrueForAll(state => state.Connections.All.Count == 0))
                return Timeout.InfiniteTimeSpan;
            var left = LookUpInterval - _time.GetElapsedTime(_lookedUp);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private void LookUp()
    {
        foreach (var state in _namespaces)
        {
            var gone = state.Connections.LookUp(LookUpsPerTurn);
            if (gone.Count == 0)
                continue;

            // The kernel tells of an end, where it does, before nobody can look the connection up any more: what was told by now
            // is heard first.
            state.Gone.AddRange(gone);
            Hear(state);
        }

        _lookedUp = _time.GetTimestamp();
    }

    // What is posted meanwhile waits for the next turn, so that callers cannot keep events from being heard.
    private void MakePostedChanges()
    {
        for (var left = _posts.Count; left > 0 && _posts.TryDequeue(out var change); left--)
            change();
    }

    /// <summary>Takes a namespace's events and makes them part of what is known.</summary>
    private void Hear(NamespaceState state)
    {
        _received.Clear();
        var receipt = Receive(state);
        var now = _time.GetUtcNow();

        // What the commands that caused these events announced beforehand.
        MakePostedChanges();
        foreach (var told in _received)
        {
            _metrics.EventReceived(state.Served.Name, told.Type);
            state.Connections.Apply(told, now);
        }

        if (receipt == EventReceipt.Overflowed)
        {
            _log.EventsLost(state.Served.Name);
            _metrics.KernelOverflow(state.Served.Name);
            state.Unsure = true;
        }
        else if (receipt == EventReceipt.Drained)
        {
            Settle(state, now);
        }
    }

    /// <summary>
    /// Does what had to wait until everything that was queued is heard. A kernel that has dropped events goes on dropping them
    /// until then, so only then are they told as lost, once, and is what is known compared with the kernel.
    /// </summary>
    private void Settle(NamespaceState state, DateTimeOffset now)
    {
        foreach (var connection in state.Gone)
            state.Connections.RemoveGone(connection, now);
        state.Gone.Clear();
        if (!state.Unsure)
            return;
        state.Unsure = false;
        state.Connections.Reconcile(now);
        Publish(new StateEvent(StateEventType.KernelLoss, state.Served.Name, now));
    }

    private EventReceipt Receive(NamespaceState state)
    {
        try
        {
            return state.Events.Receive(_received, EventsPerTurn);
        }
        catch (NetlinkFormatException malformed)
        {
            _log.EventMalformed(state.Served.Name, malformed);
            return EventReceipt.Overflowed;
        }
    }

    private void Publish(StateEvent told)
    {
        var entry = Log.Append(told);
        _requests.Observe(entry);
        _listeners.Observe(entry);
    }

    private NamespaceState StateOf(HostNamespace served) => _namespaces.Find(state => state.Served == served)!;

    private void DisposeSockets()
    {
        foreach (var state in _namespaces)
            state.Dispose();
        _poller.Dispose();
    }
}
