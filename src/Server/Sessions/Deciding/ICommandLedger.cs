using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>What became of a role's commands, and how many there may be. The kernel loop's thread alone uses it.</summary>
internal interface ICommandLedger
{
    /// <summary>What came of a command when it was sent before.</summary>
    /// <returns>Null for one that was not, or has no request id. A refusal where another command had that.</returns>
    OrderOutcome? Recall(ControllerCommand command);

    /// <summary>Remembers what came of a command that is new.</summary>
    void Remember(ControllerCommand command, OrderOutcome outcome);

    /// <summary>Takes a command from the role's budget.</summary>
    /// <returns>Null, or why it is refused.</returns>
    SessionRefusedException? Take();
}
