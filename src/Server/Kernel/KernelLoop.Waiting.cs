namespace Mptcp.ControlPlane.Server.Kernel;

/// <content>How the thread waits.</content>
internal sealed partial class KernelLoop
{
    private TimeSpan UntilDue
    {
        get
        {
            var due = _keeper?.UntilDue ?? Timeout.InfiniteTimeSpan;
            foreach (var loop in _namespaces)
                due = NamespaceLoop.Sooner(due, loop.UntilDue);
            return due;
        }
    }

    /// <summary>Waits until something is heard, posted or due.</summary>
    private int Wait(Span<ulong> ready)
    {
        foreach (var loop in _namespaces)
        {
            var count = 0;
            // Going to sleep and being woken would take longer than what is awaited.
            while (loop.IsWaitingAwake && (count = _poller.Wait(ready, TimeSpan.Zero)) == 0 && _posts.IsEmpty)
                Thread.SpinWait(1);
            if (count > 0)
                return count;
        }

        return _poller.Wait(ready, UntilDue);
    }
}
