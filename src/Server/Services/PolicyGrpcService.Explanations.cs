using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Connections;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using NamespaceExplanation = Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints.NamespaceExplanation;
using PathExplanation = Mptcp.ControlPlane.Server.Policies.Reconciliation.PathExplanation;

namespace Mptcp.ControlPlane.Server.Services;

internal sealed partial class PolicyGrpcService
{
    private const int LargestPage = 1_000;
    private const int DefaultPage = 100;

    // gRPC clients take messages of up to 4 MiB unless they are told otherwise.
    private const int MostBytes = 3 * 1024 * 1024;

    public override async Task<ExplainConnectionResponse> ExplainConnection(ExplainConnectionRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        if (request.Token == 0)
            violations.Add("token", "must be the token of a connection, which is never 0");
        violations.ThrowIfAny();
        var reach = CallAccess.Of(context).Reach;
        var served = namespaces.Require(request.Namespace, reach);
        var holding = revisions.History.Holding;
        var explanation = await target.ExplainAsync(served.Name, request.Token, context.CancellationToken);
        if (explanation is null || !reach.Reaches(explanation.Connection))
            throw ConnectionRefusals.NotFound(served, request.Token, namespaces, reach);
        if (request.ConnectionId != 0 && explanation.Connection.Id != request.ConnectionId)
        {
            throw new ControlPlaneException(
                StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch,
                $"the token 0x{request.Token:x8} now belongs to the connection {explanation.Connection.Id}, and the request is for {request.ConnectionId}");
        }

        return new ExplainConnectionResponse
        {
            Explanation = ExplanationMapping.ToProto(explanation),
            Revision = holding.Number,
            Enforcement = PolicyWords.Enforcements[holding.Enforcement],
        };
    }

    public override async Task<ExplainNamespaceResponse> ExplainNamespace(ExplainNamespaceRequest request, ServerCallContext context)
    {
        var served = namespaces.Require(request.Namespace);
        var holding = revisions.History.Holding;
        var explanation = await target.ExplainNamespaceAsync(served.Name, context.CancellationToken)
            ?? throw new ControlPlaneException(
                StatusCode.Unavailable, ErrorReason.NamespaceGone, $"the namespace {served.Name} is served no longer");
        return new ExplainNamespaceResponse
        {
            Explanation = NamespaceExplanationMapping.ToProto(explanation with { Remark = explanation.Remark ?? FindRemark(served, explanation) }),
            Revision = holding.Number,
            Enforcement = PolicyWords.Enforcements[holding.Enforcement],
        };
    }

    public override async Task<ListDifferencesResponse> ListDifferences(ListDifferencesRequest request, ServerCallContext context)
    {
        var fingerprint = ListFingerprint.Of(new ListDifferencesRequest { Namespace = request.Namespace });
        var after = ReadPage(request, fingerprint);
        var reach = CallAccess.Of(context).Reach;
        var only = request.Namespace.Length == 0 ? null : namespaces.Require(request.Namespace, reach).Name;
        var holding = revisions.History.Holding;
        var decided = (await target.PreviewAsync(revision: null, context.CancellationToken))
            .Where(explanation => (only is null || explanation.Connection.Namespace == only) && reach.Reaches(explanation.Connection))
            .ToList();
        var different = decided.Where(PreviewMapping.IsDifferent)
            .OrderBy(explanation => explanation.Connection.Namespace, StringComparer.Ordinal)
            .ThenBy(explanation => explanation.Connection.Id)
            .ThenBy(explanation => explanation.Connection.Token)
            .ToList();
        var response = new ListDifferencesResponse
        {
            DecidedConnections = (uint)decided.Count,
            DifferentConnections = (uint)different.Count,
            Revision = holding.Number,
            Enforcement = PolicyWords.Enforcements[holding.Enforcement],
        };
        AddPage(response, different, after, request.PageSize == 0 ? DefaultPage : request.PageSize, fingerprint);
        return response;
    }

    // Where new connections have the other path manager, endpoints are of no use to them.
    private static string? FindRemark(HostNamespace served, NamespaceExplanation explanation)
        => explanation.Policy is not null && served.Sysctls.Find("pm_type")?.Value == "1"
            ? "new connections here do not use endpoints: they have the userspace path manager (net.mptcp.pm_type is 1)"
            : null;

    private PageToken? ReadPage(ListDifferencesRequest request, ulong fingerprint)
    {
        var violations = new RequestViolations();
        if (request.PageSize is < 0 or > LargestPage)
            violations.Add("page_size", $"must be 0 to {LargestPage}, and is {request.PageSize}");
        var after = request.PageToken.Length == 0 ? null : PageToken.TryParse(request.PageToken);
        if (request.PageToken.Length > 0 && after is null)
            violations.Add("page_token", "must be the next_page_token of an earlier page");
        var isExpired = after is not null && after.Epoch != identity.Epoch;
        if (after is not null && !isExpired && after.Fingerprint != fingerprint)
            violations.Add("page_token", "must go with the namespace of the page that brought it");
        violations.ThrowIfAny();
        return !isExpired ? after : throw new ControlPlaneException(
            StatusCode.FailedPrecondition, ErrorReason.PageTokenExpired,
            "the page token is from before the daemon's restart; list again from the beginning");
    }

    private void AddPage(
        ListDifferencesResponse response, List<PathExplanation> different, PageToken? after, int size, ulong fingerprint)
    {
        var first = after?.PlaceAfter([.. different.Select(explanation => explanation.Connection)]) ?? 0;
        var bytes = 0;
        for (var i = first; i < different.Count; i++)
        {
            if (i > first && (i == first + size || bytes >= MostBytes))
            {
                var last = different[i - 1].Connection;
                response.NextPageToken = new PageToken(identity.Epoch, fingerprint, last.Id, last.Token, last.Namespace).ToString();
                break;
            }

            var message = ExplanationMapping.ToProto(different[i]);
            response.Explanations.Add(message);
            bytes += message.CalculateSize();
        }
    }
}
