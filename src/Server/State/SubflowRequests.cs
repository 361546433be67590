using System.Collections.Concurrent;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>Who waits for the outcome of a subflow that was asked for.</summary>
internal sealed class SubflowRequests
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Subflow>> _waiting = new();
    private long _last;

    /// <summary>The number of the next request.</summary>
    public long Next => Interlocked.Read(ref _last) + 1;

    /// <summary>Gives a request its number, of which nobody waits for the outcome.</summary>
    public long Begin() => Interlocked.Increment(ref _last);

    /// <summary>Gives a request its number.</summary>
    /// <param name="outcome">Ends with the subflow established or failed. <see cref="Forget"/> must be called when nobody waits any more.</param>
    public long Begin(out Task<Subflow> outcome)
    {
        var request = Begin();
        var source = new TaskCompletionSource<Subflow>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request] = source;
        outcome = source.Task;
        return request;
    }

    public void Forget(long request) => _waiting.TryRemove(request, out _);

    /// <summary>Looks whether an event is the outcome that somebody waits for.</summary>
    public void Observe(StateEvent told)
    {
        if (_waiting.IsEmpty)
            return;
        if (told is { Type: StateEventType.SubflowEstablished or StateEventType.SubflowClosed or StateEventType.SubflowFailed, Subflow: { } subflow })
            Complete(subflow);
        else if (told is { Type: StateEventType.ConnectionClosed, Connection: { } connection })
            foreach (var last in connection.Subflows)
                Complete(last);
    }

    /// <summary>Ends the wait for a subflow of which nothing will be heard any more.</summary>
    public void Abandon(Subflow subflow)
    {
        if (_waiting.TryRemove(subflow.Request, out var source))
            source.SetException(new ObjectDisposedException("namespace"));
    }

    private void Complete(Subflow subflow)
    {
        if (_waiting.TryRemove(subflow.Request, out var source))
            source.SetResult(subflow);
    }
}
