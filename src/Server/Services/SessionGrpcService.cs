using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Controlling;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using Mptcp.ControlPlane.Server.Services.Mapping.Sessions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using AuditKind = Mptcp.ControlPlane.Server.Security.Audit.AuditKind;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Sessions of controllers.</summary>
internal sealed class SessionGrpcService(
    SessionRegistry sessions, IControllerTarget target, HostNamespaces namespaces, DaemonIdentity identity, CallerRequests requests, AuditTrail trail)
    : SessionService.SessionServiceBase
{
    private const int LongestName = 100;

    public override async Task Control(
        IAsyncStreamReader<ControlRequest> requestStream, IServerStreamWriter<ControlResponse> responseStream, ServerCallContext context)
    {
        var cancellation = context.CancellationToken;
        if (!await requestStream.MoveNext(cancellation))
            return;
        var access = CallAccess.Of(context);
        AuditNotes.Of(context).Request = requestStream.Current.Bid;
        var bid = ReadBid(requestStream.Current, access.Caller);
        // Before anything is told of the role, as whether there is one.
        if (!access.Grants.MayPlay(bid.Role))
            throw SessionRefusals.Describe(new SessionRefusedException(SessionRefusal.RoleForbidden, $"{access.Caller} may not play the role {bid.Role}"));
        var (session, room, standing) = await OpenAsync(bid, cancellation);
        var audit = Record(session, requestStream.Current.Bid, context);
        SessionRefusedException? why = null;
        try
        {
            var welcome = new ControlWelcome
            {
                SessionId = session.Identity.Id,
                Role = PolicyDocumentMapping.ToProto(room.Role),
                Primary = SessionMapping.ToProto(standing),
                Epoch = identity.Epoch.ToString(),
            };
            await responseStream.WriteAsync(new ControlResponse { Welcome = welcome }, cancellation);
            using var stream = new ControlStream(session, room, sessions, target, namespaces, access.Grants.For(Permission.ReadConnections), audit, () => requests.Take(access.Caller));
            await stream.RunAsync(requestStream, responseStream, cancellation);
        }
        catch (SessionRefusedException refused)
        {
            why = refused;
            throw SessionRefusals.Describe(refused);
        }
        finally
        {
            await sessions.CloseAsync(session, room, why);
        }
    }

    public override async Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context)
    {
        var response = new ListSessionsResponse();
        var access = CallAccess.Of(context);
        var views = (await sessions.ListAsync(context.CancellationToken))
            .Where(view => (request.Role.Length == 0 || view.Role.Name == request.Role) && (access.Reach.IsWhole || access.Grants.MayPlay(view.Role.Name)))
            .ToList();
        var standings = await target.CountAsync(views.ConvertAll(view => view.Role.Name), context.CancellationToken);
        foreach (var view in views)
        {
            var standing = standings[view.Role.Name];
            response.Roles.Add(new RoleSessions
            {
                Role = PolicyDocumentMapping.ToProto(view.Role),
                HighestElectionId = view.Highest,
                DelegatedConnections = (uint)standing.Delegated,
                FallenBackConnections = (uint)standing.FallenBack,
                Subflows = (uint)standing.Subflows,
                Sessions = { view.Sessions.Select(session => SessionMapping.ToProto(session, !session.IsPrimary || standing.IsResponsive)) },
            });
        }

        if (request.Role.Length > 0 && response.Roles.Count == 0)
        {
            throw new ControlPlaneException(
                StatusCode.NotFound, ErrorReason.RoleUnknown, $"neither the policies nor the configuration have a role \"{request.Role}\"");
        }

        return response;
    }

    /// <summary>Records that a session was opened; from here on what it does is, and its end.</summary>
    private SessionAudit Record(ControllerSession session, ControlBid bid, ServerCallContext context)
    {
        var source = AuditInterceptor.SourceOf(context) with { SessionId = session.Identity.Id, SessionRole = session.Identity.Role };
        AuditNotes.Of(context).Session = source;
        trail.Add(new AuditRecord(AuditKind.SessionOpened, trail.Now) { Source = source, Request = bid });
        var audit = new SessionAudit(trail, source);
        session.Recorder = audit;
        return audit;
    }

    private async Task<(ControllerSession Session, RoleRoom Room, PrimaryStanding Standing)> OpenAsync(SessionBid bid, CancellationToken cancellation)
    {
        try
        {
            return await sessions.OpenAsync(bid, cancellation);
        }
        catch (SessionRefusedException refused)
        {
            throw SessionRefusals.Describe(refused);
        }
    }

    private static SessionBid ReadBid(ControlRequest request, Caller caller)
    {
        var violations = new RequestViolations();
        var bid = request.Bid;
        if (bid is null)
            violations.Add("bid", "must be the first message of a session");
        if (bid is { Role.Length: 0 })
            violations.Add("bid.role", "must name a role");
        if (bid is { ElectionId: 0 })
            violations.Add("bid.election_id", "must be 1 or more");
        if (bid is { Name.Length: > LongestName })
            violations.Add("bid.name", $"must have at most {LongestName} characters, and has {bid.Name.Length}");
        violations.ThrowIfAny();
        return new SessionBid(bid!.Role, bid.ElectionId, bid.Name, caller.Author);
    }
}
