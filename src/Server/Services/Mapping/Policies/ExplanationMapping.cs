using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>Explanations as answers show them.</summary>
internal static class ExplanationMapping
{
    public static Proto.PathExplanation ToProto(PathExplanation explanation) => new()
    {
        Namespace = explanation.Connection.Namespace,
        Token = explanation.Connection.Token,
        ConnectionId = explanation.Connection.Id,
        Local = AddressMapping.ToProto(explanation.Connection.Local),
        Remote = AddressMapping.ToProto(explanation.Connection.Remote),
        Policy = explanation.Policy?.Name ?? "",
        Remark = explanation.Remark ?? "",
        Paths = { explanation.Paths.Select(ToProto) },
        Announcements = { explanation.Announcements.Select(ToProto) },
    };

    private static Proto.ExplainedPath ToProto(ExplainedPath path)
    {
        var message = new Proto.ExplainedPath
        {
            Local = AddressMapping.ToProto(path.Local),
            Remote = AddressMapping.ToProto(path.Remote),
            Interface = path.InterfaceName,
            Standing = PolicyWords.Standings[path.Standing],
            Wanted = path.Wanted,
            Step = PolicyWords.Steps[path.Step],
            Reason = path.Reason,
            Failures = (uint)path.Failures,
            RetryTime = path.RetryTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
        };
        if (path.Backup is { } backup)
            message.Backup = backup;
        return message;
    }

    private static Proto.ExplainedAnnouncement ToProto(ExplainedAnnouncement announcement) => new()
    {
        Address = AddressMapping.ToProto(announcement.Address),
        Id = announcement.Id,
        Wanted = announcement.Wanted,
        Step = PolicyWords.Steps[announcement.Step],
        Reason = announcement.Reason,
        RetryTime = announcement.RetryTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
    };
}
