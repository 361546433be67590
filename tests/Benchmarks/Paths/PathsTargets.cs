namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>How long a second subflow may take.</summary>
internal sealed record PathsTargets
{
    /// <summary>The median, of the C program's; null for no matter.</summary>
    public Target? RatioOfMedian { get; init; }

    /// <summary>99 of 100, of the C program's; null for no matter.</summary>
    public Target? RatioOfTail { get; init; }

    /// <summary>99 of 100, in microseconds; null for no matter.</summary>
    public Target? Tail { get; init; }
}
