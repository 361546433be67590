namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>How many refusals for want of a right are recorded one by one.</summary>
internal sealed class DenialBudget
{
    /// <summary>As many within a second.</summary>
    public const int PerSecond = 100;

    private readonly Lock _guard = new();
    private long _second = -1;
    private int _taken;

    /// <summary>Takes one.</summary>
    /// <param name="now">The time, in ticks of the clock.</param>
    /// <param name="frequency">How many of them a second has.</param>
    /// <returns>False where the second has had as many already.</returns>
    public bool TryTake(long now, long frequency)
    {
        lock (_guard)
        {
            var second = now / frequency;
            if (second != _second)
                (_second, _taken) = (second, 0);
            return ++_taken <= PerSecond;
        }
    }
}
