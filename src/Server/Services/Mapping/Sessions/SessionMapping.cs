using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sessions;

/// <summary>Sessions of controllers as the contract tells of them.</summary>
internal static class SessionMapping
{
    public static Proto.SessionChange ToProto(SessionChange change) => new()
    {
        Kind = ToProto(change.Kind),
        Session = ToProto(change.Session, change.Primary),
        Error = change.Error is { } error ? ToProto(error) : null,
        OverriddenBy = change.OverriddenBy is { } author ? PolicyRevisionMapping.ToProto(author) : null,
    };

    public static Proto.Session ToProto(SessionIdentity session, bool primary) => new()
    {
        Id = session.Id,
        Role = session.Role,
        ElectionId = session.ElectionId,
        Name = session.Name,
        Caller = PolicyRevisionMapping.ToProto(session.Caller),
        Primary = primary,
        OpenTime = Timestamp.FromDateTimeOffset(session.OpenedAt),
    };

    public static Proto.Session ToProto(ControllerSession session, bool isResponsive)
    {
        var message = ToProto(session.Identity, session.IsPrimary);
        var figures = session.Figures;
        message.Figures = new Proto.SessionFigures
        {
            DecisionsAsked = (ulong)figures.Asked,
            DecisionsMade = (ulong)figures.Made,
            DecisionsMissed = (ulong)figures.Missed,
            DecisionsLate = (ulong)figures.Late,
            CommandsDone = (ulong)figures.Done,
            CommandsRefused = (ulong)figures.Refused,
            DecisionsWaiting = (uint)session.Waiting,
            Responsive = isResponsive,
            DecisionTime = Duration.FromTimeSpan(figures.DecisionTime),
        };
        return message;
    }

    public static Proto.PrimaryChange ToProto(PrimaryStanding standing) => new()
    {
        IsSelf = standing.IsSelf,
        Primary = standing.Primary is { } primary ? ToProto(primary, primary: true) : null,
        HighestElectionId = standing.Highest,
    };

    private static Proto.CommandError ToProto(SessionError error)
    {
        var (status, reason) = SessionRefusals.Name(error.Refusal);
        return new Proto.CommandError { Code = (uint)status, Reason = ControlPlaneException.NameOf(reason), Message = error.Message };
    }

    private static Proto.SessionChangeKind ToProto(SessionChangeKind kind) => kind switch
    {
        SessionChangeKind.Opened => Proto.SessionChangeKind.Opened,
        SessionChangeKind.Primary => Proto.SessionChangeKind.Primary,
        SessionChangeKind.Deposed => Proto.SessionChangeKind.Deposed,
        SessionChangeKind.Unresponsive => Proto.SessionChangeKind.Unresponsive,
        SessionChangeKind.Responsive => Proto.SessionChangeKind.Responsive,
        SessionChangeKind.Overridden => Proto.SessionChangeKind.Overridden,
        SessionChangeKind.Closed => Proto.SessionChangeKind.Closed,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "a change of no kind"),
    };
}
