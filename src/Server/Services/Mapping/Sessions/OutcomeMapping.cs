using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sessions;

/// <summary>What came of what controllers said, as the contract tells it.</summary>
/// <param name="namespaces">Those that are served.</param>
/// <param name="reach">Of which connections the controller may know.</param>
internal sealed class OutcomeMapping(HostNamespaces namespaces, Access reach)
{
    public DecisionResult ToProto(DecisionOutcome outcome) => new()
    {
        DecisionId = outcome.Id,
        Error = outcome.Refusal is { } refusal ? ToProto(SessionRefusals.Describe(refusal)) : null,
        Results = { outcome.Outcomes.Select(one => ToProto(one, outcome.Namespace, outcome.Token)) },
    };

    public ControlCommandResult ToProto(CommandOutcome outcome) => new()
    {
        CorrelationId = outcome.CorrelationId,
        Result = ToProto(outcome.Outcome, outcome.Namespace, outcome.Token),
        Replayed = outcome.Replayed,
    };

    public static CommandError ToProto(ControlPlaneException error)
    {
        var message = new CommandError
        {
            Code = (uint)error.StatusCode,
            Reason = ControlPlaneException.NameOf(error.Reason),
            Message = error.Message,
            Violations = { error.Violations.Select(one => new CommandFieldViolation { Field = one.Field, Description = one.Description }) },
            RetryDelay = error.RetryDelay is { } delay ? Duration.FromTimeSpan(delay) : null,
        };
        foreach (var (key, value) in error.Metadata)
            message.Metadata.Add(key, value);
        return message;
    }

    private PathCommandResult ToProto(OrderOutcome outcome, string namespaceName, uint token) => new()
    {
        Error = outcome.Failure is { } failure ? ToProto(Explain(failure, namespaceName, token)) : null,
        Subflow = outcome.Subflow is { } subflow ? ConnectionMapping.ToProto(subflow) : null,
        Address = outcome.Address is { } address ? ConnectionMapping.ToProto(address) : null,
    };

    // That there is a connection, which, and whose.
    private static bool TellsOfOthers(SessionRefusal refusal)
        => refusal is SessionRefusal.ScopeExceeded or SessionRefusal.ScopeHeld or SessionRefusal.ConnectionIdMismatch;

    private ControlPlaneException Explain(Exception failure, string namespaceName, uint token)
    {
        if (failure is SessionRefusedException refused)
            return !reach.IsWhole && TellsOfOthers(refused.Refusal) ? ConnectionRefusals.Gone(namespaceName, token) : SessionRefusals.Describe(refused);
        // A command that could not be read.
        if (failure is ControlPlaneException known)
            return known;
        try
        {
            if (failure is KernelRefusedException refusal && namespaces.Find(namespaceName) is { } served)
                return ConnectionRefusals.Explain(served, token, refusal, namespaces, reach);
        }
        catch (Exception another) when (KernelSockets.IsKernelFailure(another) || another is ObjectDisposedException)
        {
            // The first words of the kernel have to do.
        }

        return KernelErrors.DescribeFailure(failure)
            ?? throw new InvalidOperationException("an order failed for a reason that has no name", failure);
    }
}
