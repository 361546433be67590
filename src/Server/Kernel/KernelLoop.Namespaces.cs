using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>The namespaces that it hears, which may come and go.</content>
internal sealed partial class KernelLoop
{
    private NamespaceLoop LoopOf(HostNamespace served)
        => Namespaces.FirstOrDefault(loop => loop.Served == served) ?? throw new ObjectDisposedException(served.Name);

    private void Add(HostNamespace served)
    {
        NamespaceLoop? loop = null;
        try
        {
            loop = _open(served);
            Listen(loop.Events.Descriptor, loop.Hear);
            Listen(loop.Interfaces.Events.Descriptor, loop.Interfaces.Hear);
        }
        catch
        {
            if (loop is not null)
            {
                ListenNoMore(loop);
                loop.Dispose();
            }

            throw;
        }

        loop.BeUnsure(StateEventCause.Start);
        if (_policies is { } policies)
            loop.Adopt(policies);
        Volatile.Write(ref _namespaces, _namespaces.Add(loop));
        _latest = null;
        _log.EventsSubscribed(served.Name, loop.Events.ReceiveBuffer);
    }

    private void Listen(SafeDescriptor descriptor, Action hear)
    {
        _poller.Add(descriptor, ++_lastKey);
        _hearers.Add(_lastKey, (descriptor, hear));
    }

    private void ListenNoMore(NamespaceLoop loop)
    {
        foreach (var (key, hearer) in _hearers)
        {
            if (hearer.Descriptor != loop.Events.Descriptor && hearer.Descriptor != loop.Interfaces.Events.Descriptor)
                continue;
            _poller.Remove(hearer.Descriptor);
            _hearers.Remove(key);
        }
    }

    private void Begin(HostNamespace served)
    {
        try
        {
            Add(served);
        }
        catch when (_thread.IsAlive)
        {
            // It may be gone for good, and its socket would keep it. Where the start failed, the next daemon needs what is kept.
            _kept.ForgetEvents(served);
            throw;
        }

        Publish(new StateEvent(StateEventType.NamespaceAdded, served.Name, _time.GetUtcNow()));
    }

    private void End(HostNamespace served)
    {
        var loop = LoopOf(served);
        ListenNoMore(loop);
        Volatile.Write(ref _namespaces, _namespaces.Remove(loop));
        _latest = null;
        _kept.ForgetEvents(served);
        Publish(new StateEvent(StateEventType.NamespaceRemoved, served.Name, _time.GetUtcNow()));
        loop.Abandon(_requests);
    }
}
