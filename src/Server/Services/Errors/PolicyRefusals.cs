using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>What callers hear when policies were not changed.</summary>
internal static class PolicyRefusals
{
    public static ControlPlaneException Describe(PolicyRefusedException refused)
    {
        var (status, reason) = refused.Refusal switch
        {
            PolicyRefusal.Changed => (StatusCode.Aborted, ErrorReason.PoliciesChanged),
            PolicyRefusal.NotFound => (StatusCode.NotFound, ErrorReason.PolicyRevisionNotFound),
            PolicyRefusal.NotPending => (StatusCode.FailedPrecondition, ErrorReason.PoliciesNotPending),
            _ => (StatusCode.Unavailable, ErrorReason.StateNotWritten),
        };
        return new ControlPlaneException(status, reason, refused.Message, refused)
        {
            Metadata = new Dictionary<string, string>
            {
                ["revision"] = refused.Holding.Number.ToString(CultureInfo.InvariantCulture),
                ["etag"] = refused.Holding.Etag,
            },
        };
    }
}
