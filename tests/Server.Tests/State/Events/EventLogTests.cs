using CsCheck;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Tests.State.Events;

public class EventLogTests
{
    private static StateEvent Any => new(StateEventType.ListenerCreated, "self", DateTimeOffset.UnixEpoch);

    [Fact]
    public void Events_are_numbered_from_one_and_read_in_order()
    {
        var log = Filled(capacity: 8, count: 3);
        var read = new StateEvent[8];

        Assert.Equal((3, 0UL), log.Read(0, read));
        Assert.Equal([1UL, 2UL, 3UL], read[..3].Select(told => told.Sequence));
        Assert.Equal((0, 0UL), log.Read(3, read));
    }

    [Fact]
    public void A_reader_that_falls_off_the_ring_is_told_how_much_it_missed()
    {
        var log = Filled(capacity: 4, count: 10);
        var read = new StateEvent[8];

        Assert.Equal((4, 4UL), log.Read(2, read));
        Assert.Equal([7UL, 8UL, 9UL, 10UL], read[..4].Select(told => told.Sequence));
    }

    [Fact]
    public void Whatever_the_sizes_every_event_is_either_read_or_counted_as_skipped()
        => Gen.Select(Gen.Int[1, 50], Gen.Int[0, 200], Gen.Int[1, 20]).Sample((capacity, count, batch) =>
        {
            var log = Filled(capacity, count);
            var read = new StateEvent[batch];
            ulong place = 0;
            while (log.Last > place)
            {
                var (taken, skipped) = log.Read(place, read);
                place += skipped;
                for (var i = 0; i < taken; i++)
                    Assert.Equal(++place, read[i].Sequence);
            }

            Assert.Equal((ulong)count, place);
        });

    [Fact]
    public async Task Readers_beside_the_writer_see_every_number_once_or_its_loss()
    {
        const int Count = 200_000;
        var log = new EventLog(64);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadToAsync(log, Count))).ToList();
        for (var i = 0; i < Count; i++)
        {
            log.Append(Any);
            if (i % 100 == 0)
                log.Notify();
        }

        log.Notify();
        foreach (var reader in readers)
            Assert.Equal((ulong)Count, await reader.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_reader_that_waits_is_woken_by_the_next_event()
    {
        var log = Filled(capacity: 4, count: 1);
        var waiting = log.WaitAsync(1, TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);

        log.Append(Any);
        log.Notify();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    private static async Task<ulong> ReadToAsync(EventLog log, ulong end)
    {
        var read = new StateEvent[16];
        ulong place = 0;
        while (place < end)
        {
            await log.WaitAsync(place, TestContext.Current.CancellationToken);
            var (taken, skipped) = log.Read(place, read);
            place += skipped;
            for (var i = 0; i < taken; i++)
                Assert.Equal(++place, read[i].Sequence);
        }

        return place;
    }

    private static EventLog Filled(int capacity, int count)
    {
        var log = new EventLog(capacity);
        for (var i = 0; i < count; i++)
            log.Append(Any);
        return log;
    }
}
