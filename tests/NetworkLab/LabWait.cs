using System.Globalization;

namespace Mptcp.Lab;

/// <summary>
/// Waiting with a time-out that says what was awaited. <see cref="UntilAsync(string, Func{CancellationToken, Task{bool}}, TimeSpan?, CancellationToken)"/>
/// is the only place where tests poll the outside world, for conditions that the kernel announces to nobody.
/// </summary>
public static class LabWait
{
    /// <summary>The time-out where none is given: 5 s.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a condition of the outside world holds, looking every 10 ms.</summary>
    /// <param name="what">What is awaited, to end the sentence "timed out after 5 s waiting for …".</param>
    /// <param name="condition">Looks; its exceptions end the wait.</param>
    /// <param name="timeout">How long to go on looking; <see cref="DefaultTimeout"/> when null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The condition did not hold in time.</exception>
    public static async Task UntilAsync(
        string what, Func<CancellationToken, Task<bool>> condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var limit = timeout ?? DefaultTimeout;
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition(cancellationToken))
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
                throw TimedOut(limit, what, inner: null);
            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{CancellationToken, Task{bool}}, TimeSpan?, CancellationToken)"/>
    public static Task UntilAsync(
        string what, Func<bool> condition, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        UntilAsync(what, _ => Task.FromResult(condition()), timeout, cancellationToken);

    /// <summary>Awaits a task with a time-out. The task itself goes on after a time-out; whoever owns what it waits for ends it.</summary>
    /// <param name="what">What is awaited, to end the sentence "timed out after 5 s waiting for …".</param>
    /// <param name="task">The task.</param>
    /// <param name="timeout">How long to wait; <see cref="DefaultTimeout"/> when null.</param>
    /// <returns>The task's result.</returns>
    /// <exception cref="TimeoutException">The task did not end in time.</exception>
    public static async Task<T> ForAsync<T>(string what, Task<T> task, TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultTimeout;
        try
        {
            return await task.WaitAsync(limit);
        }
        catch (TimeoutException e) when (!task.IsCompleted)
        {
            throw TimedOut(limit, what, e);
        }
    }

    static TimeoutException TimedOut(TimeSpan limit, string what, Exception? inner) =>
        new(string.Create(CultureInfo.InvariantCulture, $"timed out after {limit.TotalSeconds:0.###} s waiting for {what}"), inner);
}
