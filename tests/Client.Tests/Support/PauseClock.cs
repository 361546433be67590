using Microsoft.Extensions.Time.Testing;

namespace Mptcp.ControlPlane.Client.Tests.Support;

/// <summary>A clock that tells when somebody waits, and, if a test wants that, moves on at once so that nobody does.</summary>
sealed class PauseClock : FakeTimeProvider
{
    readonly TaskCompletionSource _timerIsSet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when the clock jumps to the end of every wait.</summary>
    public bool Jumps { get; init; }

    /// <summary>Completes when somebody has begun to wait.</summary>
    public Task TimerIsSet => _timerIsSet.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timerIsSet.TrySetResult();
        if (Jumps)
            Advance(dueTime);
        return timer;
    }
}
