using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>What policies would do, counted.</summary>
internal static class PreviewMapping
{
    /// <param name="document">The policies.</param>
    /// <param name="explanations">Every connection that one of them would decide about.</param>
    /// <param name="shown">How many connections to explain.</param>
    public static Proto.PoliciesPreview ToProto(PolicyDocument document, IReadOnlyList<PathExplanation> explanations, int shown)
    {
        var changed = explanations.Where(IsDifferent).ToList();
        return new Proto.PoliciesPreview
        {
            Connections = (uint)explanations.Count,
            Effects = { document.Policies.Select(policy => Effect(policy.Name, explanations)) },
            Explanations = { changed.Take(shown).Select(ExplanationMapping.ToProto) },
            LeftOut = (uint)Math.Max(0, changed.Count - shown),
        };
    }

    /// <summary>Whether a connection is not as its policy wants: something is done, or has to wait.</summary>
    public static bool IsDifferent(PathExplanation explanation)
        => explanation.Paths.Any(IsDifferent) || explanation.Announcements.Any(IsDifferent);

    private static bool IsDifferent(ExplainedPath path)
        => path.Step != PathStepKind.None || (path.Wanted && path.Standing != PathStanding.Established);

    private static bool IsDifferent(ExplainedAnnouncement announcement)
        => announcement.Step != PathStepKind.None || announcement.Wanted != (announcement.Id != 0);

    private static Proto.PolicyEffect Effect(string name, IReadOnlyList<PathExplanation> explanations)
    {
        var decided = explanations.Where(explanation => explanation.Policy?.Name == name).ToList();
        var steps = decided
            .SelectMany(explanation => explanation.Paths.Select(path => path.Step)
                .Concat(explanation.Announcements.Select(announcement => announcement.Step)))
            .CountBy(step => step)
            .ToDictionary();
        return new Proto.PolicyEffect
        {
            Policy = name,
            Connections = (uint)decided.Count,
            ChangedConnections = (uint)decided.Count(IsDifferent),
            Creates = Count(PathStepKind.Create),
            Destroys = Count(PathStepKind.Destroy),
            MadeBackup = Count(PathStepKind.MakeBackup),
            MadeRegular = Count(PathStepKind.MakeRegular),
            Announces = Count(PathStepKind.Announce),
            Withdraws = Count(PathStepKind.Withdraw),
        };

        uint Count(PathStepKind step) => (uint)steps.GetValueOrDefault(step);
    }
}
