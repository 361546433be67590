using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping.Policies;

/// <summary>Explanations for tests.</summary>
internal static class ExplainedConnections
{
    public static readonly DateTimeOffset Later = new(2030, 1, 1, 0, 0, 30, TimeSpan.Zero);

    public static PathExplanation Of(uint token, string? policy, params ReadOnlySpan<ExplainedPath> paths)
        => new(new Connection("blue", token, id: token + 1000ul) { State = ConnectionState.Established }, policy is null ? null : new PathPolicy(policy), Remark: null)
        {
            Paths = [.. paths],
        };

    public static ExplainedPath Path(PathStanding standing, PathStepKind step, string reason = "") => new(
        IPEndPoint.Parse("198.18.1.1:40000"), IPEndPoint.Parse("198.18.9.9:443"), "eth1", standing, step, reason)
    { Wanted = true };

    /// <summary>As it is wanted.</summary>
    public static ExplainedPath Settled => Path(PathStanding.Established, PathStepKind.None);

    /// <summary>Missing, and made now.</summary>
    public static ExplainedPath Made => Path(PathStanding.Missing, PathStepKind.Create);

    /// <summary>Missing, and waiting.</summary>
    public static ExplainedPath Waiting => Path(PathStanding.Missing, PathStepKind.None, "the peer refused it (ECONNREFUSED)") with
    {
        Failures = 3,
        Backup = true,
        RetryTime = Later,
    };
}
