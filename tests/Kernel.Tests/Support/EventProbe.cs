using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>Hears the kernel's events of one network namespace, from when it is made.</summary>
sealed class EventProbe : IDisposable
{
    readonly PathManagerEvents _events;
    readonly EventPoller _poller = new();
    readonly Collected<PathManagerEvent> _collected = new();
    readonly Thread _thread;
    volatile bool _stopping;

    public EventProbe(NetworkNamespace networkNamespace)
    {
        _events = PathManagerEvents.Subscribe(networkNamespace, receiveBuffer: 1 << 20);
        _poller.Add(_events.Descriptor, key: 0);
        _thread = new Thread(Listen) { IsBackground = true, Name = "event probe" };
        _thread.Start();
    }

    /// <summary>Every event so far.</summary>
    public IReadOnlyList<PathManagerEvent> All => _collected.Items;

    /// <summary>The events of one type so far.</summary>
    public IEnumerable<PathManagerEvent> OfType(PathManagerEventType type) => All.Where(told => told.Type == type);

    /// <summary>Awaits the first event of a type that matches, from the beginning.</summary>
    public Task<PathManagerEvent> FirstAsync(PathManagerEventType type, Func<PathManagerEvent, bool>? matches = null, TimeSpan? timeout = null) =>
        _collected.FirstAsync($"the event {type}", told => told.Type == type && (matches?.Invoke(told) ?? true), timeout: timeout);

    public void Dispose()
    {
        _stopping = true;
        _poller.Wake();
        _thread.Join();
        _events.Dispose();
        _poller.Dispose();
    }

    void Listen()
    {
        try
        {
            var ready = new ulong[1];
            var received = new List<PathManagerEvent>();
            while (!_stopping)
            {
                _poller.Wait(ready, Timeout.InfiniteTimeSpan);
                received.Clear();
                if (_events.Receive(received, most: 100) == EventReceipt.Overflowed)
                    throw new InvalidOperationException("events were lost");
                received.ForEach(_collected.Add);
            }

            _collected.End();
        }
        catch (Exception exception)
        {
            _collected.End(exception);
        }
    }
}
