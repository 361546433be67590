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
    /// <param name="commands">How many, at most as many as there may be in a second.</param>
    /// <returns>Null, or why they are refused.</returns>
    public SessionRefusedException? Take(int commands = 1)
    {
        _limiter.TryReplenish();
        using var lease = _limiter.AttemptAcquire(commands);
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

    /// <summary>Takes commands from it, and waits until there were as many.</summary>
    /// <param name="commands">How many.</param>
    /// <param name="wait">Told once when that takes time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task TakeAsync(int commands, Action wait, CancellationToken cancellation)
    {
        var isWaiting = false;
        while (commands > 0)
        {
            var part = Math.Min(commands, PerSecond);
            if (Take(part) is not { } beyond)
            {
                commands -= part;
                continue;
            }

            if (!isWaiting)
                wait();
            isWaiting = true;
            await Task.Delay(beyond.RetryDelay ?? Period, cancellation);
        }
    }

    public void Dispose() => _limiter.Dispose();
}
