using System.Globalization;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>What a stream has brought so far, and the means to await more of it. Any thread may use it.</summary>
/// <typeparam name="T">What the stream brings.</typeparam>
sealed class Collected<T>
{
    const int MostShown = 100;

    readonly Lock _guard = new();
    readonly List<T> _items = [];
    TaskCompletionSource _changed = NewSource();
    Exception? _end;

    /// <summary>Everything so far, in its order.</summary>
    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_guard)
                return [.. _items];
        }
    }

    public void Add(T item) => Change(() => _items.Add(item));

    /// <summary>Notes that nothing more will come.</summary>
    public void End(Exception? why = null) => Change(() => _end = why ?? new EndOfStreamException("the stream has ended"));

    /// <summary>Awaits the first item that matches, from the beginning.</summary>
    /// <param name="what">What is awaited, to end the sentence "timed out waiting for …".</param>
    /// <param name="matches">Whether an item is it.</param>
    /// <param name="skip">How many items not to look at.</param>
    /// <param name="timeout">How long to wait; <see cref="LabWait.DefaultTimeout"/> when null.</param>
    public async Task<T> FirstAsync(string what, Func<T, bool> matches, int skip = 0, TimeSpan? timeout = null)
    {
        var limit = timeout ?? LabWait.DefaultTimeout;
        using var stop = new CancellationTokenSource(limit);
        for (var next = skip; ;)
        {
            Task changed;
            IReadOnlyList<T> items;
            Exception? end;
            lock (_guard)
                (items, end, changed) = ([.. _items], _end, _changed.Task);

            for (; next < items.Count; next++)
            {
                if (matches(items[next]))
                    return items[next];
            }

            if (end is not null)
                throw new InvalidOperationException($"the stream ended without {what}; it brought:\n{Text(items)}", end);
            try
            {
                await changed.WaitAsync(stop.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(string.Create(
                    CultureInfo.InvariantCulture, $"timed out after {limit.TotalSeconds:0.###} s waiting for {what}; so far came:\n{Text(items)}"));
            }
        }
    }

    void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_guard)
        {
            change();
            (changed, _changed) = (_changed, NewSource());
        }

        changed.SetResult();
    }

    // The latest, for a stream may have brought thousands.
    static string Text(IReadOnlyList<T> items) => items.Count <= MostShown
        ? string.Join('\n', items)
        : $"({items.Count - MostShown} more)\n{string.Join('\n', items.TakeLast(MostShown))}";

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
