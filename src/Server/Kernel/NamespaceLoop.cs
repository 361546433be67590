using System.Runtime.InteropServices;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Handover;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>The kernel loop's part for one namespace: its events, the connections that they tell of, and its interfaces. Its thread alone uses it.</summary>
internal sealed partial class NamespaceLoop : IDisposable
{
    private const int EventsPerTurn = 256;

    private readonly KernelLoop _loop;
    private readonly ServerMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SocketDiagnostics _diagnostics;
    private readonly PathManager _pathManager;
    private readonly KernelSockets _sockets;
    private readonly List<PathManagerEvent> _received = [];
    private readonly JoinListeners _listeners;
    private readonly FailureStreak _failures = new();
    private volatile bool _gone;

    /// <summary>Subscribes to the namespace's events. Nothing is heard until <see cref="Hear()"/>.</summary>
    /// <exception cref="KernelRefusedException">EPERM: CAP_NET_ADMIN is missing.</exception>
    public NamespaceLoop(
        HostNamespace served, KernelLoop loop, DaemonOptions options, KeptSockets kept, JoinListeners listeners, TuningWorker tuning, SubflowRequests requests,
        HandJournal journal, EndpointJournal endpoints, ServerMetrics metrics, KernelRequestObserver observer, ILogger log, TimeProvider time)
    {
        Served = served;
        (_loop, _metrics, _log, _time) = (loop, metrics, log, time);
        _subflowTimeout = options.SubflowTimeout;
        _listeners = listeners;
        var opened = new Stack<IDisposable>();
        try
        {
            opened.Push(_diagnostics = SocketDiagnostics.Open(served.NetworkNamespace, observer.Observe));
            opened.Push(_pathManager = PathManager.Open(served.NetworkNamespace, observer.Observe));
            opened.Push(Interfaces = new InterfaceLoop(served, loop, ObserveInterfaces, metrics, observer, log, time));
            Events = kept.OpenEvents(served, out var resumed);
            opened.Push(Events);
            // What it dropped before this daemon was for the one before to tell.
            _drops = resumed ? null : 0;
            listeners.Resume(served);
        }
        catch
        {
            while (opened.TryPop(out var resource))
                resource.Dispose();
            throw;
        }

        _sockets = new KernelSockets(served, _diagnostics, _pathManager, Samples, log);
        Connections = new ConnectionTable(served.Name, _sockets, Publish);
        Paths = new PathKeeper(
            Connections,
            () => Interfaces.Table.List(),
            new PathCommands(served, _pathManager, _diagnostics, listeners, tuning, Samples, token => Examine([Suspect.OfCommand(token)]), time),
            new PathIds(served.AddressIds, served.Ids),
            requests, time, Random.Shared, journal, served.Name, loop.Desk);
        Endpoints = new EndpointKeeper(
            served.Name,
            new EndpointCommands(_pathManager),
            new EndpointSurroundings(() => Interfaces.Table.List(), () => Connections.All.Values),
            new PathIds(served.AddressIds, served.Ids),
            endpoints.Of(served.Cookie ?? served.Name),
            time, Random.Shared, log);
    }

    public HostNamespace Served { get; }

    public PathManagerEvents Events { get; }

    public ConnectionTable Connections { get; }

    /// <summary>The part for its network interfaces.</summary>
    public InterfaceLoop Interfaces { get; }

    /// <summary>Keeps its connections as the policies want them.</summary>
    public PathKeeper Paths { get; }

    /// <summary>Keeps its endpoints and limits as the policies want them.</summary>
    public EndpointKeeper Endpoints { get; }

    /// <summary>What was read of subflows now and then.</summary>
    public SampleStore Samples { get; } = new();

    /// <summary>True when the namespace is served no longer.</summary>
    public bool IsGone => _gone;

    /// <summary>How well it is known.</summary>
    public NamespaceStanding Standing => new(Served.Name, IsUnsure, _failures.Lasting ?? Interfaces.Failure);

    /// <summary>When this namespace has something to do though nothing is heard.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            var due = Sooner(Interfaces.UntilDue, Sooner(UntilLook, UntilRecovery));
            if (!IsUnsure)
                due = Sooner(due, Sooner(Paths.UntilDue, Endpoints.UntilDue));
            if (_isHolding)
                due = Sooner(due, _time.Until(_holdUntil));
            return _attempts.TryPeek(out var attempt) ? Sooner(due, _time.Until(attempt.Deadline)) : due;
        }
    }

    /// <summary>Does what is due, and hears what is told.</summary>
    public void Turn()
    {
        Expire();
        Look();
        Hear();
        Interfaces.Hear();
        KeepPaths();
        if (!IsUnsure)
            Endpoints.Keep();
    }

    /// <summary>Has other policies hold.</summary>
    public void Adopt(PolicyRevision revision)
    {
        Paths.Adopt(revision);
        Endpoints.Adopt(revision);
    }

    /// <summary>Takes the events that are there and makes them part of what is known.</summary>
    public void Hear()
    {
        if (HearSome(mayHold: true) == EventReceipt.Drained && !_isHolding)
            Settle();
    }

    /// <summary>Ends it while the daemon goes on: nothing of it is told any more.</summary>
    public void Abandon(SubflowRequests requests)
    {
        _gone = true;
        Paths.EndDelegations();
        foreach (var subflow in Connections.All.Values.SelectMany(connection => connection.Subflows).Where(subflow => subflow.Pending))
            requests.Abandon(subflow);
        foreach (var waiting in _waiting.Concat(_comparison?.Waiting ?? []))
            waiting.TrySetException(new ObjectDisposedException(Served.Name));
        Dispose();
    }

    public void Dispose()
    {
        Events.Dispose();
        Interfaces.Dispose();
        _pathManager.Dispose();
        _diagnostics.Dispose();
    }

    private void ObserveInterfaces(StateEvent told)
    {
        Paths.Observe(told);
        Endpoints.Observe(told);
    }

    // What may be wrong is no ground to act on.
    private void KeepPaths()
    {
        if (!IsUnsure)
            Paths.Keep();
    }

    private EventReceipt HearSome(bool mayHold = false)
    {
        if (!_isHolding)
            _received.Clear();
        var receipt = Receive();
        var now = _time.GetUtcNow();
        if (_isHolding && _received.Count > 1)
            _soon.Note(came: true);
        var held = mayHold && receipt == EventReceipt.Drained && IsBestHeld() ? 1 : 0;

        // What the commands that caused these events announced beforehand.
        _loop.MakePostedChanges();
        var events = CollectionsMarshal.AsSpan(_received);
        for (var index = 0; index < events.Length - held; index++)
            Hear(events[index], isFollowed: index + 1 < events.Length && events[index + 1].Token == events[index].Token, now);
        if (held > 0)
            _received.RemoveRange(0, _received.Count - held);
        _isHolding = held > 0;
        if (receipt == EventReceipt.Overflowed)
        {
            _log.EventsLost(Served.Name);
            _metrics.KernelOverflow(Served.Name);
            LoseEvents();
        }

        return receipt;
    }

    private void Hear(PathManagerEvent told, bool isFollowed, DateTimeOffset now)
    {
        _metrics.EventReceived(Served.Name, told.Type);
        if (_noting && told.Token is { } heard)
            _heard.Add(heard);
        Connections.Apply(told, now);
        if (!isFollowed)
            Connections.OrphanThoseLeftAlone(now);
        if (told is { Type: PathManagerEventType.ConnectionEstablished, Token: { } token })
            Paths.NoteAhead(token);
        SuspectAddresses(told);
        // Before anybody else is told.
        KeepPaths();
        _loop.NotifyNowAndThen();
    }

    private EventReceipt Receive()
    {
        try
        {
            return Events.Receive(_received, EventsPerTurn, ActAhead);
        }
        catch (NetlinkFormatException malformed)
        {
            _log.EventMalformed(Served.Name, malformed);
            return EventReceipt.Overflowed;
        }
    }

    // With a subflow whose end somebody commanded, a userspace path manager's kernel forgets the local address that it ran from, also
    // where that is announced, and says nothing of it.
    private void SuspectAddresses(PathManagerEvent told)
    {
        if (told is { Type: PathManagerEventType.SubflowClosed, Token: { } token } && Connections.Find(token) is { LocalAddresses.Length: > 0 })
            Examine([new Suspect(token, [])]);
    }

    private void Publish(StateEvent told)
    {
        // What was posted before its end may still come.
        if (_gone)
            return;
        _loop.Publish(told);
        if (told.Origin == StateEventOrigin.Reconciled)
            _differences++;
        AwaitOutcomes(told);
        Paths.Observe(told);
    }

    /// <summary>The sooner of two moments, of which either may be never.</summary>
    public static TimeSpan Sooner(TimeSpan one, TimeSpan other)
        => one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;
}
