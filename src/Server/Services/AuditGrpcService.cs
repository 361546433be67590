using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Services.Auditing;
using Mptcp.ControlPlane.Server.Services.Connections;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Reads the audit trail.</summary>
internal sealed class AuditGrpcService(AuditTrail trail, DaemonIdentity identity, DaemonOptions options) : AuditService.AuditServiceBase
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;
    private const int LongestPattern = 1000;

    private readonly AuditFiles? _files = AuditSetup.FilesOf(options.Audit);

    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        var list = request.Clone();
        list.PageSize = 0;
        list.PageToken = "";
        var fingerprint = ListFingerprint.Of(list);
        var before = ReadPage(request, fingerprint);
        // What was done before this call is told by it.
        await trail.FlushAsync(context.CancellationToken);
        try
        {
            var entries = AuditPage.Take(
                Lines(before), new AuditFilter(request), request.PageSize == 0 ? DefaultPage : request.PageSize, out var last);
            return new ListAuditEntriesResponse
            {
                Entries = { entries },
                NextPageToken = last == 0 ? "" : new AuditPageToken(identity.Epoch, fingerprint, last).ToString(),
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ControlPlaneException(
                StatusCode.Unavailable, ErrorReason.AuditNotReadable, $"a file of the audit trail cannot be read: {exception.Message}", exception);
        }
    }

    private IEnumerable<StoredLine> Lines(ulong before)
    {
        foreach (var line in trail.Before(before))
        {
            before = line.Sequence;
            yield return line;
        }

        foreach (var line in _files?.Before(before) ?? [])
            yield return line;
    }

    private ulong ReadPage(ListAuditEntriesRequest request, ulong fingerprint)
    {
        var violations = new RequestViolations();
        if (request.PageSize is < 0 or > LargestPage)
            violations.Add("page_size", $"must be 0 to {LargestPage}, and is {request.PageSize}");
        if (request.Caller.Length > LongestPattern)
            violations.Add("caller", $"must have at most {LongestPattern} characters, and has {request.Caller.Length}");
        if (request.Method.Length > LongestPattern)
            violations.Add("method", $"must have at most {LongestPattern} characters, and has {request.Method.Length}");
        CheckTime(request.Since, "since", violations);
        CheckTime(request.Until, "until", violations);
        var after = request.PageToken.Length == 0 ? null : AuditPageToken.TryParse(request.PageToken);
        if (request.PageToken.Length > 0 && after is null)
            violations.Add("page_token", "must be the next_page_token of an earlier page");
        var isExpired = after is not null && after.Epoch != identity.Epoch;
        if (after is not null && !isExpired && after.Fingerprint != fingerprint)
            violations.Add("page_token", "must go with everything else that the request for the page had that brought it, but the page size");
        violations.ThrowIfAny();
        return !isExpired ? after?.Before ?? ulong.MaxValue : throw new ControlPlaneException(
            StatusCode.FailedPrecondition, ErrorReason.PageTokenExpired,
            "the page token is from before the daemon's restart; list again from the beginning");
    }

    private static void CheckTime(Google.Protobuf.WellKnownTypes.Timestamp? time, string field, RequestViolations violations)
    {
        try
        {
            _ = time?.ToDateTime();
        }
        catch (InvalidOperationException)
        {
            violations.Add(field, "must be a time in the years 1 to 9999");
        }
    }
}
