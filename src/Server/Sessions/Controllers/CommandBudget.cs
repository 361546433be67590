using System.Globalization;
using System.Threading.RateLimiting;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>How many commands a second a role's controllers may give.</summary>
internal sealed class CommandBudget : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly TokenBucketRateLimiter _limiter;
    private readonly string _role;

    /// <param name="role">The role's name.</param>
    /// <param name="perSecond">How many a second, and how many may come at once.</param>
    public CommandBudget(string role, int perSecond)
    {
        (_role, PerSecond) = (role, perSecond);
        // At least one in a period, and neither more nor less than so many a second.
        var tokens = Math.Max(1, perSecond / 10);
        _limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds((double)tokens / perSecond),
            AutoReplenishment = false,
            QueueLimit = 0,
        });
    }

    public int PerSecond { get; }

    /// <summary>Takes commands from it, all of them or none.</summary>
    /// <param name="commands">How many; more than there may be in a second are as many as that.</param>
    /// <returns>Null, or why they are refused.</returns>
    public SessionRefusedException? Take(int commands = 1)
    {
        _limiter.TryReplenish();
        using var lease = _limiter.AttemptAcquire(Math.Min(commands, PerSecond));
        if (lease.IsAcquired)
            return null;
        return new SessionRefusedException(
            SessionRefusal.LimitExceeded,
            string.Create(CultureInfo.InvariantCulture, $"controllers of the role {_role} may give {PerSecond} commands a second, and this is one more"))
        {
            Facts = new Dictionary<string, string> { ["limit"] = "commands_per_second" },
            RetryDelay = lease.TryGetMetadata(MetadataName.RetryAfter, out var delay) && delay > TimeSpan.Zero ? delay : Period,
        };
    }

    /// <summary>Takes commands from it, and waits until there are as many.</summary>
    public async Task TakeAsync(int commands, CancellationToken cancellation)
    {
        while (Take(commands) is { } beyond)
            await Task.Delay(beyond.RetryDelay ?? Period, cancellation);
    }

    public void Dispose() => _limiter.Dispose();
}
