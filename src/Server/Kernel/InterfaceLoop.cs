using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>
/// The kernel loop's part for the links and addresses of one namespace. Its thread alone uses it. Whenever they may be other than
/// what is known, they are listed; what is told until the list is there belongs to it, and then the two are compared.
/// </summary>
internal sealed class InterfaceLoop : IDisposable
{
    // Room for some 2,500 changes of addresses, or 800 of links: hosts with many containers have bursts of them.
    private const int ReceiveBufferBytes = 1024 * 1024;
    private const int EventsPerTurn = 256;

    private readonly HostNamespace _served;
    private readonly KernelLoop _loop;
    private readonly Action<StateEvent> _observe;
    private readonly ServerMetrics _metrics;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly RouteTables _tables;
    private readonly List<RouteEvent> _received = [];
    private readonly FailureStreak _failures = new();
    private InterfaceTable? _listed;
    private StateEventCause? _unsure = StateEventCause.Start;
    private bool _lossUntold;
    private long _tryAgain;

    /// <summary>Subscribes to the changes. Nothing is heard until <see cref="Hear"/>.</summary>
    /// <exception cref="NetlinkTransportException">Talking to the kernel failed.</exception>
    public InterfaceLoop(
        HostNamespace served, KernelLoop loop, Action<StateEvent> observe, ServerMetrics metrics, KernelRequestObserver observer, ILogger log,
        TimeProvider time)
    {
        (_served, _loop, _observe, _metrics, _log, _time) = (served, loop, observe, metrics, log, time);
        Table = new InterfaceTable(served.Name, Publish, time);
        // Not the namespace's own: callers' requests would be waited for.
        _tables = RouteTables.Open(served.NetworkNamespace, observer.Observe);
        try
        {
            Events = RouteEvents.Subscribe(served.NetworkNamespace, ReceiveBufferBytes);
        }
        catch
        {
            _tables.Dispose();
            throw;
        }
    }

    public RouteEvents Events { get; }

    public InterfaceTable Table { get; }

    /// <summary>True from the moment that what is known may be wrong until it has been compared with the kernel.</summary>
    public bool IsUnsure => _unsure is not null;

    /// <summary>Why they could not be listed, several times in a row; null where they could.</summary>
    public Exception? Failure => _failures.Lasting;

    /// <summary>When there is something to do though nothing is told.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            if (_unsure is null)
                return Timeout.InfiniteTimeSpan;
            return _listed is null && !_lossUntold ? _time.Until(_tryAgain) : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the changes that are there and makes them part of what is known, and finds out what was not told.</summary>
    public void Hear()
    {
        var receipt = Receive();
        var now = _time.GetUtcNow();
        foreach (var told in _received)
        {
            _metrics.EventReceived(_served.Name, told);
            // What is told before the list is made is in the list.
            if (_unsure is null)
                Table.Apply(told, now);
            else
                _listed?.Apply(told, now);
        }

        if (receipt == EventReceipt.Overflowed)
            Lose();
        else if (receipt == EventReceipt.Drained && _unsure is { } cause)
            Settle(cause, now);
    }

    public void Dispose()
    {
        Events.Dispose();
        _tables.Dispose();
    }

    private EventReceipt Receive()
    {
        _received.Clear();
        try
        {
            return Events.Receive(_received, EventsPerTurn);
        }
        catch (NetlinkFormatException malformed)
        {
            _log.EventMalformed(_served.Name, malformed);
            return EventReceipt.Overflowed;
        }
    }

    private void Lose()
    {
        _log.InterfaceChangesLost(_served.Name);
        _metrics.KernelOverflow(_served.Name);
        _listed = null;
        _unsure = StateEventCause.KernelLoss;
        _lossUntold = true;
    }

    /// <summary>Tells watchers of a loss, before what it hid is found out: they have that from a snapshot, which waits for it.</summary>
    private void TellLoss(DateTimeOffset now)
    {
        if (!_lossUntold)
            return;
        _lossUntold = false;
        Publish(new StateEvent(StateEventType.InterfaceLoss, _served.Name, now));
    }

    private void Settle(StateEventCause cause, DateTimeOffset now)
    {
        TellLoss(now);
        if (_listed is null)
        {
            // Told meanwhile is what may be newer than the list, or as old as it: it is heard before they are compared.
            if (_time.Until(_tryAgain) == TimeSpan.Zero)
                List(cause, now);
            return;
        }

        Table.Reconcile(_listed.List(), cause, now);
        (_listed, _unsure) = (null, null);
    }

    private void List(StateEventCause cause, DateTimeOffset now)
    {
        // What has been told already must not wait for the list.
        _loop.Notify();
        try
        {
            var listed = new InterfaceTable(_served.Name, publish: static _ => { }, _time);
            listed.Reconcile(_tables.ListInterfaces(), cause, now);
            _listed = listed;
            _failures.End();
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure))
        {
            _log.InterfacesUnknown(_served.Name, failure.Message);
            _failures.Add(failure);
            _tryAgain = _time.After(NamespaceLoop.RetryInterval);
        }
    }

    private void Publish(StateEvent told)
    {
        _observe(told);
        // Nobody can have watched before the start, and whoever watches from then on has these interfaces in a snapshot.
        if (_loop.IsStarted)
            _loop.Publish(told);
    }
}
