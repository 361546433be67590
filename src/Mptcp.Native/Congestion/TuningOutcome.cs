using Mptcp.Native.Interop;

namespace Mptcp.Native.Congestion;

/// <summary>What came of tuning a subflow.</summary>
public abstract record TuningOutcome
{
    private TuningOutcome()
    {
    }

    /// <summary>Everything was set.</summary>
    public sealed record Done : TuningOutcome;

    /// <summary>The namespace has no such socket any more.</summary>
    public sealed record Gone : TuningOutcome;

    /// <summary>The kernel refused; what comes before the option was set, what comes after it was not tried.</summary>
    /// <param name="Option">What it refused.</param>
    /// <param name="Error">
    /// Why: ENOENT where no congestion control of the name is there, which may be one that has to be loaded first.
    /// </param>
    public sealed record Refused(TuningOption Option, Errno Error) : TuningOutcome;
}
