using Microsoft.Extensions.Time.Testing;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>
/// A clock that a test moves, and whose time of day jumps when told to, as when a host learns what time it is: time that passes, and
/// timers, know nothing of that.
/// </summary>
internal sealed class JumpingClock : FakeTimeProvider
{
    private TimeSpan _ahead;

    public JumpingClock()
    {
    }

    public JumpingClock(DateTimeOffset start)
        : base(start)
    {
    }

    /// <summary>How far clocks jump in tests: forwards and backwards, by years.</summary>
    public static TheoryData<int> Years => [0, 9, -9];

    /// <summary>Moves the time of day by some years.</summary>
    public void Jump(int years) => _ahead += TimeSpan.FromDays(365.25 * years);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    // Which the clock that this one is made of would take from the time of day.
    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
