using Google.Rpc;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Mapping.Sessions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>What came of writes, as the trail tells it. Nothing here asks the kernel, as explanations for callers do.</summary>
internal static class AuditOutcomes
{
    // The reasons of refusals for want of a right.
    private static readonly string[] Denials =
    [
        .. new[] { ErrorReason.AccessDenied, ErrorReason.RoleForbidden, ErrorReason.OverrideForbidden, ErrorReason.CallerNotProved }.Select(ControlPlaneException.NameOf),
    ];

    /// <summary>Fills in what a failure says of the outcome.</summary>
    public static AuditRecord Resolve(AuditRecord record)
    {
        var (status, reason, message) = record.Failure switch
        {
            null => (record.Status, record.Reason, record.Message),
            RpcException told => (told.StatusCode, told.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "", told.Status.Detail),
            { } failure => NameOf(Describe(failure)),
        };
        return record with { Status = status, Reason = reason, Message = message, Allowed = !Denials.Contains(reason) };
    }

    /// <summary>What came of a decision.</summary>
    public static DecisionResult ToProto(DecisionOutcome outcome) => new()
    {
        Results = { outcome.Outcomes.Select(ToResult) },
    };

    /// <summary>What came of an order; null where there is nothing to say of it but that it failed.</summary>
    public static PathCommandResult? ToProto(OrderOutcome outcome)
        => outcome.Failure is null && (outcome.Subflow is not null || outcome.Address is not null) ? ToResult(outcome) : null;

    private static PathCommandResult ToResult(OrderOutcome outcome) => new()
    {
        Error = outcome.Failure is { } failure ? OutcomeMapping.ToProto(Describe(failure)) : null,
        Subflow = outcome.Subflow is { } subflow ? ConnectionMapping.ToProto(subflow) : null,
        Address = outcome.Address is { } address ? ConnectionMapping.ToProto(address) : null,
    };

    private static (StatusCode Status, string Reason, string Message) NameOf(ControlPlaneException error)
        => (error.StatusCode, ControlPlaneException.NameOf(error.Reason), error.Message);

    private static ControlPlaneException Describe(Exception failure) => failure switch
    {
        ControlPlaneException known => known,
        SessionRefusedException refused => SessionRefusals.Describe(refused),
        _ => KernelErrors.DescribeFailure(failure) ?? new ControlPlaneException(StatusCode.Internal, ErrorReason.Internal, failure.Message, failure),
    };
}
