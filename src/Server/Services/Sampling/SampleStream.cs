using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>One caller's samples. The next is taken when the one before has been sent, so that nothing waits in a queue.</summary>
/// <param name="source">What is sampled.</param>
/// <param name="interval">The time from one sample to the next.</param>
/// <param name="count">How many samples to take; 0 for no end.</param>
/// <param name="send">Takes each sample; it is awaited before the next.</param>
/// <param name="time">The clock.</param>
internal sealed class SampleStream(
    SampleSource source, TimeSpan interval, ulong count, Func<SampleResponse, CancellationToken, Task> send, TimeProvider time)
{
    private readonly SampleHistory _history = new();

    /// <summary>Takes samples until there are enough, what is sampled has ended, or the caller has.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var clock = new SampleClock(interval, time);
        var coalesced = 0ul;
        long? before = null;
        for (var taken = 1ul; ; taken++)
        {
            var now = time.GetTimestamp();
            TimeSpan? elapsed = before is { } earlier ? time.GetElapsedTime(earlier, now) : null;
            foreach (var part in _history.Add(source.Read(), time.GetUtcNow(), elapsed, coalesced))
                await send(part, cancellation);
            if (source.HasEnded || taken == count)
                return;
            before = now;
            coalesced = await clock.WaitAsync(cancellation);
        }
    }
}
