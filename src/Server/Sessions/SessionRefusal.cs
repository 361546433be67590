namespace Mptcp.ControlPlane.Server.Sessions;

/// <summary>Why a controller is refused.</summary>
internal enum SessionRefusal
{
    RoleUnknown,
    RoleForbidden,
    RoleRemoved,
    ElectionIdInUse,
    ElectionIdTooLow,
    TooManySessions,
    NotPrimary,
    ScopeExceeded,
    ScopeHeld,
    OverrideForbidden,
    LimitExceeded,
    DecisionLate,
    DecisionUnknown,
    ConnectionNotFound,
    ConnectionIdMismatch,
    ConnectionNotEstablished,
    RequestIdReused,
    Unreadable,
    IdsExhausted,
    Busy,
    StateNotWritten,
    AuditNotWritten,
}
