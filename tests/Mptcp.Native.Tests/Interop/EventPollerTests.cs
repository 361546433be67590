using System.Diagnostics;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Tests.Interop;

public class EventPollerTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(2_500)]
    public void Waiting_ends_when_the_time_is_over(int microseconds)
    {
        using var poller = new EventPoller();
        var begun = Stopwatch.GetTimestamp();
        Assert.Equal(0, poller.Wait(new ulong[4], TimeSpan.FromMicroseconds(microseconds)));
        Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromMicroseconds(microseconds));
    }

    [Fact]
    public void A_descriptor_that_is_readable_is_named_by_its_key_until_it_is_read()
    {
        using var poller = new EventPoller();
        using var quiet = Libc.CreateEventCounter();
        using var readable = Libc.CreateEventCounter();
        poller.Add(quiet, 6);
        poller.Add(readable, 7);
        Libc.RaiseEventCounter(readable);

        var ready = new ulong[4];
        Assert.Equal(1, poller.Wait(ready, Timeout.InfiniteTimeSpan));
        Assert.Equal(7u, ready[0]);
        Assert.Equal(1, poller.Wait(ready, Timeout.InfiniteTimeSpan));

        Libc.LowerEventCounter(readable);
        Assert.Equal(0, poller.Wait(ready, TimeSpan.Zero));
    }

    [Fact]
    public void A_descriptor_that_was_removed_is_not_named()
    {
        using var poller = new EventPoller();
        using var readable = Libc.CreateEventCounter();
        poller.Add(readable, 7);
        Libc.RaiseEventCounter(readable);
        poller.Remove(readable);
        Assert.Equal(0, poller.Wait(new ulong[4], TimeSpan.Zero));
    }

    [Fact]
    public void A_wake_ends_one_wait_and_has_no_key()
    {
        using var poller = new EventPoller();
        poller.Wake();
        poller.Wake();
        Assert.Equal(0, poller.Wait(new ulong[4], Timeout.InfiniteTimeSpan));
        Assert.Equal(0, poller.Wait(new ulong[4], TimeSpan.Zero));
    }

    [Fact]
    public void A_wake_does_not_hide_descriptors_that_are_readable()
    {
        using var poller = new EventPoller();
        using var readable = Libc.CreateEventCounter();
        poller.Add(readable, 7);
        poller.Wake();
        Libc.RaiseEventCounter(readable);

        var ready = new ulong[4];
        Assert.Equal(1, poller.Wait(ready, Timeout.InfiniteTimeSpan));
        Assert.Equal(7u, ready[0]);
    }

    [Fact]
    public async Task Another_thread_can_end_a_wait()
    {
        using var poller = new EventPoller();
        var waiting = Task.Run(() => poller.Wait(new ulong[4], Timeout.InfiniteTimeSpan), TestContext.Current.CancellationToken);
        poller.Wake();
        Assert.Equal(0, await waiting);
    }

    [Fact]
    public void A_descriptor_is_watched_once()
    {
        using var poller = new EventPoller();
        using var counter = Libc.CreateEventCounter();
        poller.Add(counter, 1);
        var exception = Assert.Throws<SystemCallException>(() => poller.Add(counter, 2));
        Assert.Equal(Errno.Exists, exception.Errno);
        poller.Remove(counter);
        exception = Assert.Throws<SystemCallException>(() => poller.Remove(counter));
        Assert.Equal(Errno.NotFound, exception.Errno);
    }

    [Fact]
    public void The_key_of_a_wake_is_not_for_others()
    {
        using var poller = new EventPoller();
        using var counter = Libc.CreateEventCounter();
        Assert.Throws<ArgumentOutOfRangeException>(() => poller.Add(counter, ulong.MaxValue));
    }
}
