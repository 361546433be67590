using System.Globalization;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Privileges;

namespace Mptcp.ControlPlane.Server.Hosting.Privileges;

/// <summary>What the daemon may do, what it gave up, and what it lacks.</summary>
/// <param name="Own">What it may do.</param>
/// <param name="Needs">What its configuration asks for.</param>
/// <param name="Dropped">What it had when it was started, and gave up.</param>
internal sealed record PrivilegeReport(ThreadPrivileges Own, IReadOnlyList<PrivilegeNeed> Needs, CapabilitySet Dropped)
{
    /// <summary>Tells the log, in one line, and in another what is missing.</summary>
    public void Tell(ILogger logger)
    {
        var kept = Needs.Select(need => need with { Capabilities = need.Capabilities.And(Own.Permitted) }).Where(need => !need.Capabilities.IsEmpty);
        logger.PrivilegesSettled(string.Join("; ", kept.Select(Words)), $"as the user {Text(Own.UserId)}, {WhatWasDropped}");
        var lacking = Needs.Select(need => need with { Capabilities = need.Capabilities.Without(Own.Permitted) }).Where(need => !need.Capabilities.IsEmpty).ToList();
        if (lacking.Count > 0)
            logger.PrivilegesLacking($"lacking {string.Join("; ", lacking.Select(Words))}; what needs them will fail");
    }

    private string WhatWasDropped
    {
        get
        {
            var dropped = Dropped.IsEmpty ? "there was nothing to drop" : $"dropped {Text((uint)Dropped.Count)} others ({Dropped})";
            var beyond = Own.Bounding.Without(Own.Permitted);
            return beyond.IsEmpty ? dropped : $"{dropped}; the bounding set stays larger, for want of CAP_SETPCAP, which no new privileges makes up for";
        }
    }

    private static string Words(PrivilegeNeed need) => $"{need.Capabilities} {need.Reason}";

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
