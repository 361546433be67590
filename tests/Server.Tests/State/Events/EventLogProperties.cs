using System.Net;
using CsCheck;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;

namespace Mptcp.ControlPlane.Server.Tests.State.Events;

/// <summary>The log against a plain list of all that it was ever given.</summary>
public class EventLogProperties
{
    private static readonly Gen<StateEvent> AnyEvent = Gen.Int[0, 6].Select(Weighing);

    [Fact]
    public void The_log_holds_the_latest_events_that_its_bounds_allow_and_reads_them_without_a_gap()
        => Gen.Select(Gen.Int[1, 20], Gen.Long[1, 6_000], AnyEvent.Array[0, 60], Gen.Int[0, 1_000].Array[60]).Sample((capacity, bytes, events, chances) =>
        {
            var log = new EventLog(capacity, bytes);
            var all = new List<StateEvent>();
            var places = new ulong[3];
            AssertHolds(log, all, capacity, bytes);
            foreach (var (next, chance) in events.Zip(chances))
            {
                all.Add(log.Append(next with { Sequence = 0 }));
                AssertHolds(log, all, capacity, bytes);
                if (chance % 3 > 0)
                    ReadOn(log, all, ref places[chance % places.Length], new StateEvent[chance % 7]);
            }
        }, iter: 500);

    [Fact]
    public async Task Every_reader_beside_the_writer_sees_each_number_or_is_told_how_many_it_skipped()
    {
        const int Count = 100_000;
        var log = new EventLog(capacity: 50, capacityBytes: 20_000);
        var readers = Enumerable.Range(1, 3).Select(length => Task.Run(() => ReadToEndAsync(log, Count, length * 10))).ToList();
        for (var i = 0; i < Count; i++)
        {
            log.Append(Weighing(i % 7));
            if (i % 64 == 0)
                log.Notify();
        }

        log.Notify();
        foreach (var reader in readers)
        {
            var (read, skipped) = await reader.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal((ulong)Count, read + skipped);
        }
    }

    private static void AssertHolds(EventLog log, List<StateEvent> all, int capacity, long bytes)
    {
        // As many as fit, counted from the end; the last one in any case.
        var held = 0;
        var weight = 0L;
        while (held < all.Count && held < capacity && (held == 0 || weight + EventWeight.Of(all[^(held + 1)]) <= bytes))
            weight += EventWeight.Of(all[^++held]);
        Assert.Equal((ulong)all.Count, log.Last);
        Assert.Equal((ulong)(all.Count - held + 1), log.Oldest);
        Assert.Equal(weight, log.Bytes);
        var read = new StateEvent[capacity + 1];
        Assert.Equal((held, (ulong)(all.Count - held)), log.Read(0, read));
        Assert.Equal(all.TakeLast(held), read.Take(held));
    }

    private static void ReadOn(EventLog log, List<StateEvent> all, ref ulong place, StateEvent[] read)
    {
        var (count, skipped) = log.Read(place, read);
        var isDone = place == log.Last || read.Length == 0;
        var first = Math.Max(place + 1, log.Oldest);
        Assert.Equal(isDone ? 0 : first - place - 1, skipped);
        Assert.Equal(isDone ? 0 : (int)Math.Min(log.Last - first + 1, (ulong)read.Length), count);
        Assert.Equal(all.Skip((int)(place + skipped)).Take(count), read.Take(count));
        place += skipped + (ulong)count;
    }

    private static async Task<(ulong Read, ulong Skipped)> ReadToEndAsync(EventLog log, ulong end, int length)
    {
        var events = new StateEvent[length];
        var (read, skipped) = (0UL, 0UL);
        while (read + skipped < end)
        {
            await log.WaitAsync(read + skipped, TestContext.Current.CancellationToken);
            var (count, lost) = log.Read(read + skipped, events);
            skipped += lost;
            for (var i = 0; i < count; i++)
                Assert.Equal(++read + skipped, events[i].Sequence);
        }

        return (read, skipped);
    }

    // The heavier, the more subflows its connection has; the lightest has none.
    private static StateEvent Weighing(int subflows)
    {
        var end = new IPEndPoint(IPAddress.Loopback, 1);
        return new StateEvent(StateEventType.ConnectionUpdated, "self", DateTimeOffset.UnixEpoch)
        {
            Connection = subflows == 0 ? null : new Connection("self", 1, 1)
            {
                State = ConnectionState.Established,
                Subflows = [.. Enumerable.Repeat(new Subflow(end, end, SubflowState.Established), subflows)],
            },
        };
    }
}
