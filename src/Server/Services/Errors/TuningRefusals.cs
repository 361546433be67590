using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Tuning;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>What callers hear when a subflow is not tuned.</summary>
internal static class TuningRefusals
{
    public static ControlPlaneException Describe(TuningRefusedException refused)
    {
        var (status, reason) = refused.Refusal switch
        {
            TuningRefusal.Disabled => (StatusCode.FailedPrecondition, ErrorReason.TuningDisabled),
            TuningRefusal.KernelCannot => (StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing),
            TuningRefusal.PrivilegeMissing => (StatusCode.PermissionDenied, ErrorReason.CapabilityMissing),
            TuningRefusal.SubflowNotFound => (StatusCode.NotFound, ErrorReason.SubflowNotFound),
            TuningRefusal.CongestionControlUnknown => (StatusCode.FailedPrecondition, ErrorReason.CongestionControlUnknown),
            TuningRefusal.KernelRefused => (StatusCode.FailedPrecondition, ErrorReason.KernelRefused),
            var other => throw new ArgumentOutOfRangeException(nameof(refused), other, "a refusal of no kind"),
        };
        return new ControlPlaneException(status, reason, refused.Message, refused) { Metadata = refused.Facts };
    }
}
