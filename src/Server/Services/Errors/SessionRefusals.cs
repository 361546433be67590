using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Sessions;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>What callers hear of what controllers are refused, and others because of them.</summary>
internal static class SessionRefusals
{
    public static ControlPlaneException Describe(SessionRefusedException refused)
    {
        if (refused.InnerException is ControlPlaneException known)
            return known;
        var (status, reason) = Name(refused.Refusal);
        return new ControlPlaneException(status, reason, refused.Message, refused) { Metadata = refused.Facts, RetryDelay = refused.RetryDelay };
    }

    public static (StatusCode Status, ErrorReason Reason) Name(SessionRefusal refusal) => refusal switch
    {
        SessionRefusal.RoleUnknown => (StatusCode.NotFound, ErrorReason.RoleUnknown),
        SessionRefusal.RoleForbidden => (StatusCode.PermissionDenied, ErrorReason.RoleForbidden),
        SessionRefusal.RoleRemoved => (StatusCode.Aborted, ErrorReason.RoleRemoved),
        SessionRefusal.ElectionIdInUse => (StatusCode.AlreadyExists, ErrorReason.ElectionIdInUse),
        SessionRefusal.ElectionIdTooLow => (StatusCode.InvalidArgument, ErrorReason.InvalidRequest),
        SessionRefusal.TooManySessions => (StatusCode.ResourceExhausted, ErrorReason.TooManySessions),
        SessionRefusal.NotPrimary => (StatusCode.FailedPrecondition, ErrorReason.NotPrimary),
        SessionRefusal.ScopeExceeded => (StatusCode.FailedPrecondition, ErrorReason.ScopeExceeded),
        SessionRefusal.ScopeHeld => (StatusCode.FailedPrecondition, ErrorReason.ScopeHeld),
        SessionRefusal.OverrideForbidden => (StatusCode.PermissionDenied, ErrorReason.OverrideForbidden),
        SessionRefusal.LimitExceeded => (StatusCode.ResourceExhausted, ErrorReason.RoleLimitExceeded),
        SessionRefusal.DecisionLate => (StatusCode.FailedPrecondition, ErrorReason.DecisionLate),
        SessionRefusal.DecisionUnknown => (StatusCode.NotFound, ErrorReason.DecisionUnknown),
        SessionRefusal.ConnectionNotFound => (StatusCode.NotFound, ErrorReason.ConnectionNotFound),
        SessionRefusal.ConnectionIdMismatch => (StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch),
        SessionRefusal.ConnectionNotEstablished => (StatusCode.Aborted, ErrorReason.ConnectionNotEstablished),
        SessionRefusal.RequestIdReused => (StatusCode.InvalidArgument, ErrorReason.RequestIdReused),
        SessionRefusal.IdsExhausted => (StatusCode.ResourceExhausted, ErrorReason.AddressIdConflict),
        SessionRefusal.Busy => (StatusCode.Unavailable, ErrorReason.KernelUnavailable),
        SessionRefusal.StateNotWritten => (StatusCode.Unavailable, ErrorReason.StateNotWritten),
        SessionRefusal.AuditNotWritten => (StatusCode.Unavailable, ErrorReason.AuditNotWritten),
        SessionRefusal.Unreadable => (StatusCode.InvalidArgument, ErrorReason.InvalidRequest),
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "a refusal of no kind"),
    };
}
