using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Sessions.Controllers;

/// <summary>What came of the last commands of a role that had a request id. The kernel loop's thread alone uses it.</summary>
internal sealed class RequestMemory
{
    /// <summary>How many are remembered.</summary>
    public const int Capacity = 4_096;

    private readonly Dictionary<string, (ControllerCommand Command, OrderOutcome Outcome)> _known = [];
    private readonly Queue<string> _order = new();

    /// <summary>What came of a command when it was sent before.</summary>
    /// <returns>Null for one that was not, or has no request id. A refusal where another command had that.</returns>
    public OrderOutcome? Recall(ControllerCommand command)
    {
        if (command.RequestId.Length == 0 || !_known.TryGetValue(command.RequestId, out var earlier))
            return null;
        return earlier.Command.IsRepeatedBy(command)
            ? earlier.Outcome
            : new OrderOutcome(new SessionRefusedException(
                SessionRefusal.RequestIdReused, $"another command had the request id \"{command.RequestId}\"; nothing was done"));
    }

    /// <summary>Remembers what came of a command.</summary>
    public void Remember(ControllerCommand command, OrderOutcome outcome)
    {
        // What was not tried may be tried again under its id.
        var wasTried = outcome.Failure is not SessionRefusedException;
        if (command.RequestId.Length == 0 || command.ValidateOnly || !wasTried || !_known.TryAdd(command.RequestId, (command, outcome)))
            return;
        _order.Enqueue(command.RequestId);
        if (_order.Count > Capacity)
            _known.Remove(_order.Dequeue());
    }
}
