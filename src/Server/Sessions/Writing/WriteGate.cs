namespace Mptcp.ControlPlane.Server.Sessions.Writing;

/// <summary>The writes of callers that are under way: a new primary waits until those have ended that began before it came.</summary>
internal sealed class WriteGate
{
    private readonly Lock _guard = new();
    private readonly HashSet<TaskCompletionSource> _underWay = [];

    /// <summary>Begins a write. What it returns ends it.</summary>
    public IDisposable Enter()
    {
        var write = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_guard)
            _underWay.Add(write);
        return new Write(this, write);
    }

    /// <summary>Waits for the end of the writes that are under way now.</summary>
    public Task DrainAsync()
    {
        lock (_guard)
            return Task.WhenAll(_underWay.Select(write => write.Task).ToArray());
    }

    private void Leave(TaskCompletionSource write)
    {
        lock (_guard)
            _underWay.Remove(write);
        write.TrySetResult();
    }

    private sealed class Write(WriteGate gate, TaskCompletionSource write) : IDisposable
    {
        public void Dispose() => gate.Leave(write);
    }
}
