namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What comes of comparing a connection with its policy.</summary>
/// <param name="Steps">What is to be done now, in this order.</param>
/// <param name="Due">When to compare again though nothing has changed; null for not at all.</param>
/// <param name="Lacks">Whether what makes backups active is so.</param>
internal readonly record struct PathPlan(IReadOnlyList<PathStep> Steps, TimeSpan? Due, bool Lacks)
{
    /// <summary>Paths that carry data and are not for backup, with their interfaces, where it counts that one is lost; else none.</summary>
    public IReadOnlyList<(PathKey Key, string InterfaceName)> Carrying { get; init; } = [];
}
