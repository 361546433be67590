using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>Counts what callers ask for within their streams among their requests.</summary>
internal sealed class CallerRequests(CallerLedger callers, LimitsInForce limits, LimitReports reports)
{
    /// <summary>Counts a request.</summary>
    /// <exception cref="ControlPlaneException">The caller has made too many in this second.</exception>
    public void Take(Caller caller)
    {
        if (callers.TakeRequest(caller.Name) is not { } exceeded)
            return;
        reports.Refused(exceeded, caller.Name);
        throw LimitRefusals.Exceeded(exceeded, caller.Name, limits.Rules);
    }
}
