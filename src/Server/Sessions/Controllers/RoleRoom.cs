using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Election;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>A role that somebody plays, or played.</summary>
internal sealed class RoleRoom : ICommandLedger, IDisposable
{
    private readonly RequestMemory _requests = new();
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

    public void Adopt(Role role)
    {
        Role = role;
        if (_budget.PerSecond == role.Limits.CommandsPerSecond)
            return;
        // Whoever holds the old one still may take from it: it is left to the collector.
        _budget = new CommandBudget(role.Name, role.Limits.CommandsPerSecond);
    }

    public OrderOutcome? Recall(ControllerCommand command) => _requests.Recall(command);

    public void Remember(ControllerCommand command, OrderOutcome outcome) => _requests.Remember(command, outcome);

    public SessionRefusedException? Take() => _budget.Take();

    public void Dispose() => _budget.Dispose();
}
