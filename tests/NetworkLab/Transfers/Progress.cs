namespace Mptcp.Lab;

/// <summary>A count of bytes that one side raises and the other awaits.</summary>
sealed class Progress
{
    readonly Lock _lock = new();
    TaskCompletionSource _changed = NewSource();
    long _count;

    public void Add(long count)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _count += count;
            (changed, _changed) = (_changed, NewSource());
        }

        changed.SetResult();
    }

    public async Task ReachAsync(long count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_count >= count)
                    return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
