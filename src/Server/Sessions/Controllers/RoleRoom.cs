using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions.Election;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>A role that somebody plays, or played.</summary>
internal sealed class RoleRoom : IDisposable
{
    private volatile CommandBudget _budget;

    public RoleRoom(Role role)
    {
        Role = role;
        _budget = new CommandBudget(role.Name, role.Limits.CommandsPerSecond);
    }

    public Role Role { get; private set; }

    public RoleElection<ControllerSession> Election { get; } = new();

    /// <summary>The primary, as everybody was told; null for none.</summary>
    public ControllerSession? Told { get; set; }

    /// <summary>How many commands there may be.</summary>
    public CommandBudget Budget => _budget;

    /// <summary>What came of its last commands.</summary>
    public RequestMemory Requests { get; } = new();

    public void Adopt(Role role)
    {
        Role = role;
        if (_budget.PerSecond == role.Limits.CommandsPerSecond)
            return;
        // Whoever holds the old one still may take from it: it is left to the collector.
        _budget = new CommandBudget(role.Name, role.Limits.CommandsPerSecond);
    }

    public void Dispose() => _budget.Dispose();
}
