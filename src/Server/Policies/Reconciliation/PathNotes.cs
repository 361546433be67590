using System.Net;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>Collects what a plan is made of, for whoever asks for an explanation.</summary>
/// <param name="toTime">Turns a moment of the planner's clock into a time.</param>
internal sealed class PathNotes(Func<TimeSpan, DateTimeOffset> toTime)
{
    private readonly List<ExplainedPath> _paths = [];
    private readonly List<ExplainedAnnouncement> _announcements = [];
    private string? _remark;

    /// <summary>Notes what holds for all of it.</summary>
    public void Remark(string remark) => _remark = remark;

    /// <summary>Notes a subflow that is there.</summary>
    public void Kept(Subflow subflow, string interfaceName, PathStepKind step, string reason, bool wanted, bool? backup = null)
        => _paths.Add(new ExplainedPath(
            subflow.Local, subflow.Remote, interfaceName,
            subflow.Pending ? PathStanding.Connecting : PathStanding.Established, step, reason)
        {
            Wanted = wanted,
            Backup = backup,
        });

    /// <summary>Notes a wanted path that is not there.</summary>
    public void Missing(PathWant want, PathKey key, HostPath from, PathMemory memory, PathStepKind step, string reason)
    {
        var record = memory.Find(key);
        var failed = record?.HasFailedSince(from.Generation) == true ? record : null;
        _paths.Add(new ExplainedPath(new IPEndPoint(key.Local, 0), key.Remote, from.InterfaceName, PathStanding.Missing, step, reason)
        {
            Wanted = true,
            Backup = want.Standby,
            Failures = failed?.Failures ?? 0,
            RetryTime = failed is { GivenUp: false } && reason == failed.Failure ? toTime(failed.NotBefore) : null,
        });
    }

    /// <summary>Notes a want that no path meets, by its best one.</summary>
    public void Missing(PathWant want, PathMemory memory, string reason)
        => Missing(want, want.Candidates[0].Key, want.Candidates[0].From, memory, PathStepKind.None, reason);

    /// <summary>Notes an announcement.</summary>
    public void Announcement(IPEndPoint address, byte id, bool wanted, PathStepKind step, string reason, PathRecord? record)
        => _announcements.Add(new ExplainedAnnouncement(address, id, wanted, step, reason)
        {
            RetryTime = record is { Failures: > 0, GivenUp: false } && step == PathStepKind.None && id == 0 ? toTime(record.NotBefore) : null,
        });

    /// <summary>What was noted.</summary>
    public PathExplanation Explain(Connection connection, Model.PathPolicy policy)
        => new(connection, policy, _remark) { Paths = [.. _paths], Announcements = [.. _announcements] };
}
