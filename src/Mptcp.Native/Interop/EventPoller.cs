namespace Mptcp.Native.Interop;

/// <summary>Lets one thread wait for many descriptors, and other threads wake it (<c>epoll(7)</c>, <c>eventfd(2)</c>).</summary>
public sealed class EventPoller : IDisposable
{
    private const ulong WakeKey = ulong.MaxValue;
    private readonly SafeDescriptor _epoll;
    private readonly SafeDescriptor _wake;

    /// <summary>Makes a poller that watches nothing yet.</summary>
    /// <exception cref="SystemCallException">The process or the host is out of descriptors.</exception>
    public EventPoller()
    {
        _epoll = Libc.CreateEpoll();
        _wake = Libc.CreateEventCounter();
        Libc.AddToEpoll(_epoll, _wake, WakeKey);
    }

    /// <summary>Watches a descriptor until it is readable, level-triggered.</summary>
    /// <param name="descriptor">The descriptor; it must outlive its membership.</param>
    /// <param name="key">What <see cref="Wait"/> names it by; any number but <see cref="ulong.MaxValue"/>.</param>
    /// <exception cref="SystemCallException">It is watched already, or cannot be.</exception>
    public void Add(SafeDescriptor descriptor, ulong key)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentOutOfRangeException.ThrowIfEqual(key, WakeKey);
        Libc.AddToEpoll(_epoll, descriptor, key);
    }

    /// <summary>Watches a descriptor no longer.</summary>
    /// <param name="descriptor">A descriptor that was added.</param>
    /// <exception cref="SystemCallException">It was not watched.</exception>
    public void Remove(SafeDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        Libc.RemoveFromEpoll(_epoll, descriptor);
    }

    /// <summary>Waits until a descriptor is readable, another thread wakes this one, or the time is over.</summary>
    /// <param name="ready">Receives the keys of readable descriptors; its length bounds how many.</param>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <returns>How many keys were written; 0 after a wake or when the time is over.</returns>
    public int Wait(Span<ulong> ready, TimeSpan timeout)
    {
        var count = Libc.WaitForEpoll(_epoll, ready, timeout);
        var wake = ready[..count].IndexOf(WakeKey);
        if (wake < 0)
            return count;
        Libc.LowerEventCounter(_wake);
        ready[wake] = ready[count - 1];
        return count - 1;
    }

    /// <summary>Makes a present or the next call of <see cref="Wait"/> return at once. Any thread may call it.</summary>
    public void Wake() => Libc.RaiseEventCounter(_wake);

    /// <inheritdoc />
    public void Dispose()
    {
        _wake.Dispose();
        _epoll.Dispose();
    }
}
