using System.Collections.Immutable;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>When a path that failed is tried again: after a time that doubles with each failure in a row.</summary>
internal sealed record RetryRule
{
    /// <summary>The time after the first failure; more than zero.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>By what part a time may be longer or shorter, at random: 0 to 1.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>How often a path is tried in a row before it is given up, until its addresses or the policy change; 0 for ever.</summary>
    public int Attempts { get; init; }

    /// <summary>Errors after which a path is given up at once.</summary>
    public ImmutableArray<Errno> FinalErrors { get; init; } = [];

    /// <summary>How long to wait after a failure.</summary>
    /// <param name="failures">How often it has failed in a row; at least 1.</param>
    /// <param name="random">What it is spread by.</param>
    public TimeSpan DelayAfter(int failures, Random random)
    {
        var delay = Math.Min(Initial.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 62)), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(delay * (1 + (Jitter * ((random.NextDouble() * 2) - 1))));
    }

    public bool Equals(RetryRule? other) => other is not null && FinalErrors.SequenceEqual(other.FinalErrors)
        && (Initial, Longest, Jitter, Attempts) == (other.Initial, other.Longest, other.Jitter, other.Attempts);

    public override int GetHashCode() => HashCode.Combine(Initial, Longest, Jitter, Attempts);
}
