namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>How much the primary of a role may do.</summary>
internal sealed record RoleLimits
{
    /// <summary>Commands a second, those in decisions included, 1 to 1,000,000. As many may come at once.</summary>
    public int CommandsPerSecond { get; init; } = 10_000;

    /// <summary>Subflows beside the initial one of a connection, whoever made them, 0 to 254.</summary>
    public int SubflowsPerConnection { get; init; } = 32;

    /// <summary>Subflows that controllers of the role have made and that live, in all connections, 0 to 10,000,000.</summary>
    public int Subflows { get; init; } = 100_000;
}
