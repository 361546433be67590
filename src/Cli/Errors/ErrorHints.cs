using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli.Errors;

/// <summary>What to do about a refusal.</summary>
static class ErrorHints
{
    /// <summary>What to do, or null where the daemon's message leaves nothing to add.</summary>
    public static string? For(ControlPlaneError error) => error.Reason switch
    {
        ErrorReason.NamespaceUnknown => "'mptcpctl node show' lists the namespaces there are",
        ErrorReason.ConnectionNotFound => "it may have closed: 'mptcpctl connection list' shows those that live",
        ErrorReason.ConnectionIdMismatch => "the connection you mean has closed and another has its token now",
        ErrorReason.KernelPathManager => "only connections made after 'mptcpctl node set pm_type=1' take commands",
        ErrorReason.SubflowNotFound => "'mptcpctl subflow list TOKEN' shows those there are",
        ErrorReason.AddressNotFound => "'mptcpctl subflow list TOKEN' shows the ids in use",
        ErrorReason.EndpointNotFound => "'mptcpctl endpoint list' shows those there are",
        ErrorReason.EndpointExists => "'mptcpctl endpoint list' shows it: delete it first, or change it with 'endpoint set'",
        ErrorReason.EndpointsExhausted => "delete one first: 'mptcpctl endpoint list' shows them",
        ErrorReason.LimitTooHigh => "give a lower limit",
        ErrorReason.AddressNotAvailable =>
            "'ip address' on the host shows the addresses it owns, 'ip route get REMOTE from LOCAL' the path",
        ErrorReason.AddressIdConflict => "give another id, or the address that has this one",
        ErrorReason.InterfaceNotFound => "'ip link' on the host, in that namespace, lists those there are",
        ErrorReason.SysctlNotFound => "'mptcpctl node sysctls' lists those there are",
        ErrorReason.SysctlRefused => "'mptcpctl node sysctls' shows which can be written, and their values now",
        ErrorReason.CapabilityMissing => "give the daemon " + TextTable.Visible(error.Metadata.GetValueOrDefault("capability") ?? "CAP_NET_ADMIN"),
        ErrorReason.KernelFeatureMissing => "'mptcpctl node show' lists what this kernel can do",
        ErrorReason.KernelUnavailable => "try again",
        ErrorReason.EventsLost => "watch without --resume for a fresh snapshot",
        ErrorReason.ShuttingDown => "try again when it is back",
        ErrorReason.ListenerRefused => "give another port, or leave --listen out",
        ErrorReason.PageTokenExpired => "list again from the beginning",
        ErrorReason.NamespaceGone => "'mptcpctl node show' lists the namespaces there are",
        ErrorReason.PoliciesChanged => "'mptcpctl policy show' shows what holds now",
        ErrorReason.PolicyRevisionNotFound => "'mptcpctl policy history' lists those there are",
        ErrorReason.PoliciesNotPending => "'mptcpctl policy history' shows what became of it",
        ErrorReason.StateNotWritten => "is the disk of the daemon's state directory full, or not to be written to?",
        ErrorReason.ScopeHeld => ScopeHeld(error),
        ErrorReason.OverrideForbidden => "leave --override out, or ask whoever runs the daemon to make you an administrator",
        ErrorReason.RoleUnknown => "'mptcpctl session list' lists those there are",
        ErrorReason.ConnectionNotEstablished => "'mptcpctl connection show TOKEN' shows what has become of it",
        ErrorReason.TuningDisabled => "whoever runs the daemon sets that key, and restarts it",
        ErrorReason.CongestionControlUnknown => "'mptcpctl node show' lists those that it has",
        ErrorReason.AccessDenied => "whoever runs the daemon gives roles, with access.bindings in its configuration",
        ErrorReason.AccessChanged => "call again",
        ErrorReason.CallerNotProved => "call again with a certificate, or a token, that is good",
        ErrorReason.AuditNotWritten or ErrorReason.AuditNotReadable => "is the disk of the audit trail full, or not to be read or written to?",
        ErrorReason.CallerLimitExceeded => "whoever runs the daemon sets limits, in its configuration",
        ErrorReason.InvalidRequest or ErrorReason.KernelRefused => null,
        _ => ForStatus(error.StatusCode),
    };

    static string ScopeHeld(ControlPlaneError error)
    {
        const string Override = "an administrator may do it all the same with --override";
        var role = error.Metadata.GetValueOrDefault("role") ?? "";
        var controller = error.Metadata.GetValueOrDefault("controller") ?? "";
        var isSaid = error.Message.Contains(role, StringComparison.Ordinal) && error.Message.Contains(controller, StringComparison.Ordinal);
        if (role.Length == 0 || isSaid)
            return Override;
        var holder = controller.Length == 0 ? "a controller" : $"the controller '{TextTable.Visible(controller)}'";
        return $"{holder} of the role '{TextTable.Visible(role)}' decides about it: {Override}";
    }

    // Refusals that have no reason of the contract: the framework's, or those of who may call.
    static string? ForStatus(StatusCode statusCode) => statusCode switch
    {
        StatusCode.Unimplemented => "is the daemon older than this mptcpctl?",
        StatusCode.PermissionDenied or StatusCode.Unauthenticated => "ask whoever runs the daemon for the permission",
        _ => null,
    };
}
