using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>The namespaces that it hears, which may come and go.</content>
internal sealed partial class KernelLoop
{
    private NamespaceLoop LoopOf(HostNamespace served)
        => Namespaces.FirstOrDefault(loop => loop.Served == served) ?? throw new ObjectDisposedException(served.Name);

    private void Add(HostNamespace served)
    {
        var loop = _open(served);
        try
        {
            _poller.Add(loop.Events.Descriptor, ++_lastKey);
        }
        catch
        {
            loop.Dispose();
            throw;
        }

        loop.BeUnsure(StateEventCause.Start);
        Volatile.Write(ref _namespaces, _namespaces.Add(_lastKey, loop));
        _latest = null;
        _log.EventsSubscribed(served.Name, loop.Events.ReceiveBuffer);
    }

    private void Begin(HostNamespace served)
    {
        Add(served);
        Publish(new StateEvent(StateEventType.NamespaceAdded, served.Name, _time.GetUtcNow()));
    }

    private void End(HostNamespace served)
    {
        var (key, loop) = _namespaces.First(one => one.Value.Served == served);
        _poller.Remove(loop.Events.Descriptor);
        Volatile.Write(ref _namespaces, _namespaces.Remove(key));
        _latest = null;
        Publish(new StateEvent(StateEventType.NamespaceRemoved, served.Name, _time.GetUtcNow()));
        loop.Abandon(_requests);
    }
}
