namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>Tells when samples are due: at multiples of an interval from its making on, however long each of them takes.</summary>
/// <param name="interval">The interval.</param>
/// <param name="time">The clock it goes by.</param>
internal sealed class SampleClock(TimeSpan interval, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    // Which multiple the last sample was for.
    private long _last;

    /// <summary>Waits for the next multiple.</summary>
    /// <returns>How many went by since the last one that was waited for.</returns>
    public async Task<ulong> WaitAsync(CancellationToken cancellation)
    {
        var elapsed = time.GetElapsedTime(_start);
        // A multiple that is reached at this very moment has not gone by.
        var next = Math.Max(_last + 1, (elapsed.Ticks + interval.Ticks - 1) / interval.Ticks);
        var due = new TimeSpan(next * interval.Ticks);
        for (; elapsed < due; elapsed = time.GetElapsedTime(_start))
        {
            // Timers count whole milliseconds, and would else end early.
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling((due - elapsed).TotalMilliseconds)), time, cancellation);
        }

        var reached = elapsed.Ticks / interval.Ticks;
        var missed = reached - _last - 1;
        _last = reached;
        return (ulong)missed;
    }
}
