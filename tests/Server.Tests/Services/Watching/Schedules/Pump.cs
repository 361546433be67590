using System.Collections.Concurrent;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>
/// Runs something asynchronous, and all that it starts, on the one thread that called it, so that a schedule takes nearly the
/// same course whenever it runs.
/// </summary>
internal sealed class Pump : SynchronizationContext
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

    /// <exception cref="TimeoutException">It waits for something that does not come.</exception>
    public static void Run(Func<Task> what)
    {
        var before = Current;
        var pump = new Pump();
        SetSynchronizationContext(pump);
        try
        {
            var running = what();
            while (!running.IsCompleted)
            {
                if (!pump._posted.TryTake(out var next, LongestSilence))
                    throw new TimeoutException("a schedule waits for something that does not come");
                next.Callback(next.State);
            }

            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _posted.Add((d, state));
}
