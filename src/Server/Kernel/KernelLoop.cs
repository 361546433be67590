using System.Collections.Concurrent;
using System.Collections.Immutable;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Handover;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>
/// One thread that hears every namespace's events and is the only one to change what the daemon knows. Others read the
/// event log, or post what they want done; none of their commands to the kernel makes the thread wait.
/// </summary>
internal sealed partial class KernelLoop : IDisposable
{
    // Waking those who wait takes time as well, where thousands do.
    private static readonly TimeSpan NotifyPace = TimeSpan.FromMilliseconds(0.5);

    private readonly EventPoller _poller = new();
    private readonly ConcurrentQueue<Action> _posts = new();
    private readonly NamespaceKeeper? _keeper;
    private readonly Func<HostNamespace, NamespaceLoop> _open;
    private readonly KeptSockets _kept;
    private readonly JoinListeners _listeners;
    private readonly SubflowRequests _requests;
    private readonly HandJournal _journal;
    private readonly ILogger<KernelLoop> _log;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<ulong, (SafeDescriptor Descriptor, Action Hear)> _hearers = [];
    private ImmutableList<NamespaceLoop> _namespaces = [];
    private ulong _lastKey;
    private long _notified;
    private volatile bool _stopping;

    /// <summary>Subscribes to the events of every namespace. Nothing is heard until <see cref="StartAsync"/>.</summary>
    /// <exception cref="KernelRefusedException">EPERM: CAP_NET_ADMIN is missing.</exception>
    public KernelLoop(
        HostNamespaces namespaces, DaemonOptions options, KeptSockets kept, JoinListeners listeners, TuningWorker tuning, SubflowRequests requests, HandJournal journal,
        EndpointJournal endpoints, ServerMetrics metrics, KernelRequestObserver observer, ILogger<KernelLoop> log, TimeProvider time)
    {
        _kept = kept;
        _listeners = listeners;
        _requests = requests;
        _journal = journal;
        _log = log;
        _time = time;
        Desk = new ControllerDesk(time);
        Log = new EventLog(options.EventLogCapacity, options.EventLogBytes);
        _thread = new Thread(Run) { Name = "kernel loop", IsBackground = true };
        _open = served => new NamespaceLoop(served, this, options, kept, listeners, tuning, requests, journal, endpoints, metrics, observer, log, time);
        try
        {
            foreach (var served in namespaces.All)
                Add(served);
            if (namespaces.Selection.IsOpen)
            {
                _keeper = new NamespaceKeeper(namespaces, log, time);
                Listen(_keeper.Descriptor, () => _keeper.Look(Begin, End));
            }
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

    /// <summary>The namespaces' parts of the loop.</summary>
    public IEnumerable<NamespaceLoop> Namespaces => Volatile.Read(ref _namespaces);

    /// <summary>True once everything that can be known was, for the first time.</summary>
    public bool IsStarted => _started.Task.IsCompleted;

    /// <summary>The event receive buffer that a namespace got, in bytes.</summary>
    public int EventBuffer(HostNamespace served) => LoopOf(served).Events.ReceiveBuffer;

    /// <summary>
    /// Starts the thread, and waits until it knows every connection and every network interface that there is, but of namespaces
    /// whose kernel fails to show them.
    /// </summary>
    public async Task StartAsync()
    {
        _keeper?.Start(Begin);
        _kept.CloseOthers();
        _thread.Start();
        await await Task.WhenAny(_started.Task, _ended.Task);
    }

    /// <summary>
    /// Has the thread change what is known of a namespace. A change posted before the kernel is sent a command is made
    /// before any event that the command causes is looked at.
    /// </summary>
    public void Post(HostNamespace served, Action<ConnectionTable, DateTimeOffset> change)
    {
        var loop = LoopOf(served);
        Post(() =>
        {
            if (!loop.IsGone)
                change(loop.Connections, _time.GetUtcNow());
        });
    }

    /// <summary>As posting, and tells what came of it.</summary>
    public Task<T> AskAsync<T>(HostNamespace served, Func<ConnectionTable, DateTimeOffset, T> change, CancellationToken cancellation)
    {
        var loop = LoopOf(served);
        return AskAsync(() => loop.IsGone, () => change(loop.Connections, _time.GetUtcNow()), cancellation);
    }

    /// <summary>
    /// Reads the figures of a subflow that is about to be ended, while the kernel still has them. On the caller's thread.
    /// </summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public void NoteFigures(HostNamespace served, SubflowEnds subflow)
        => LoopOf(served).Samples.Note(served.Diagnostics, subflow, _time.GetUtcNow());

    /// <summary>Has a connection looked at of which a command may have changed more than the kernel tells.</summary>
    public void Examine(HostNamespace served, uint token)
    {
        var loop = LoopOf(served);
        Post(() =>
        {
            if (!loop.IsGone)
                loop.Examine([Suspect.OfCommand(token)]);
        });
    }

    /// <summary>Compares what is known of a namespace with the kernel's sockets.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused to show them.</exception>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public async Task<ReconcileOutcome> ReconcileAsync(HostNamespace served, CancellationToken cancellation)
    {
        var outcome = new TaskCompletionSource<ReconcileOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var loop = LoopOf(served);
        Post(() =>
        {
            if (loop.IsGone)
                outcome.TrySetException(new ObjectDisposedException(served.Name));
            else
                loop.BeUnsure(StateEventCause.Request, outcome);
        });
        return await AwaitAsync(outcome.Task, cancellation);
    }

    /// <summary>Has the thread do something with what it has of a namespace.</summary>
    public void Post(Action action)
    {
        _posts.Enqueue(action);
        _poller.Wake();
    }

    /// <summary>As posting, and tells what came of it.</summary>
    public Task<T> AskAsync<T>(Func<T> question, CancellationToken cancellation) => AskAsync(static () => false, question, cancellation);

    private Task<T> AskAsync<T>(Func<bool> isGone, Func<T> question, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                if (isGone())
                    answer.SetException(new ObjectDisposedException("namespace"));
                else
                    answer.SetResult(question());
            }
            catch (Exception exception)
            {
                answer.SetException(exception);
                throw;
            }
        });
        return AwaitAsync(answer.Task, cancellation);
    }

    /// <summary>Makes the changes that others have posted. The loop's thread alone calls it.</summary>
    public void MakePostedChanges()
    {
        // What is posted meanwhile waits for the next turn, so that callers cannot keep events from being heard.
        for (var left = _posts.Count; left > 0 && _posts.TryDequeue(out var change); left--)
            change();
    }

    /// <summary>Tells of an event. The loop's thread alone calls it.</summary>
    public void Publish(StateEvent told)
    {
        var entry = Log.Append(told);
        _requests.Observe(entry);
        _listeners.Observe(entry);
    }

    /// <summary>Wakes those who wait for events: at the end of a turn, and before something that takes long. The loop's thread alone calls it.</summary>
    public void Notify()
    {
        Log.Notify();
        // Only now, as waking thousands takes longer than the pace.
        _notified = _time.GetTimestamp();
    }

    /// <summary>
    /// Wakes them unless that was done a moment ago: what is told does not wait until all that is queued is heard. The loop's thread
    /// alone calls it.
    /// </summary>
    public void NotifyNowAndThen()
    {
        if (_time.GetElapsedTime(_notified) >= NotifyPace)
            Notify();
    }

    public void Dispose()
    {
        // Under each of its names it is disposed of.
        if (_stopping)
            return;
        _stopping = true;
        _poller.Wake();
        if (_thread.IsAlive)
            _thread.Join();
        DisposeSockets();
    }

    private void Run()
    {
        try
        {
            Span<ulong> ready = stackalloc ulong[16];
            var count = 0;
            while (!_stopping)
            {
                foreach (var key in ready[..count])
                {
                    // One that was ready before may have ended its namespace, and those of the others with it.
                    if (_hearers.TryGetValue(key, out var hearer))
                        hearer.Hear();
                }

                MakePostedChanges();
                if (_keeper?.UntilDue == TimeSpan.Zero)
                    _keeper.Look(Begin, End);
                foreach (var loop in _namespaces)
                {
                    // A loss whose last event has been heard makes no descriptor readable any more.
                    if (loop.UntilDue == TimeSpan.Zero)
                        loop.Turn();
                }

                TellSessionChanges();
                Notify();
                AnswerSnapshots();
                count = Wait(ready);
            }

            _ended.SetResult();
        }
        catch (Exception exception)
        {
            // Without this thread the daemon knows nothing any more; whoever awaits the end stops the daemon.
            _ended.SetException(exception);
        }
    }

    private async Task<T> AwaitAsync<T>(Task<T> answer, CancellationToken cancellation)
    {
        var first = await Task.WhenAny(answer, _ended.Task).WaitAsync(cancellation);
        if (first != answer && !answer.IsCompleted)
            throw new NetlinkTransportException("the kernel loop has ended");
        return await answer;
    }

    private void DisposeSockets()
    {
        foreach (var loop in _namespaces)
            loop.Dispose();
        _keeper?.Dispose();
        _poller.Dispose();
    }
}
