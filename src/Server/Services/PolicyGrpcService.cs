using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using PolicyRevision = Mptcp.ControlPlane.Server.Policies.Revisions.PolicyRevision;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>States which paths connections shall have, and explains what comes of it.</summary>
internal sealed partial class PolicyGrpcService(
    PolicyRevisions revisions, IPolicyTarget target, HostNamespaces namespaces, DaemonIdentity identity, DaemonOptions options) : PolicyService.PolicyServiceBase
{
    public override async Task<ApplyPoliciesResponse> ApplyPolicies(ApplyPoliciesRequest request, ServerCallContext context)
    {
        var proposal = ApplyRequestParsing.Read(request, CallAccess.Of(context).Caller.Author, options.Roles);
        AuditNotes.Of(context).Document = proposal.Yaml;
        if (request.ValidateOnly)
            return await PreviewAsync(proposal, ApplyRequestParsing.PreviewedConnections(request), context.CancellationToken);
        var revision = Change(() => revisions.Apply(proposal), context);
        return new ApplyPoliciesResponse { Revision = PolicyRevisionMapping.ToProto(revision), Storage = Storage };
    }

    public override Task<ConfirmPoliciesResponse> ConfirmPolicies(ConfirmPoliciesRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        CheckNumber(request.Revision, lowest: 0, violations);
        violations.ThrowIfAny();
        var revision = Change(() => revisions.Confirm(request.Revision, request.Etag, CallAccess.Of(context).Caller.Author), context);
        return Task.FromResult(new ConfirmPoliciesResponse { Revision = PolicyRevisionMapping.ToProto(revision) });
    }

    public override Task<GetPoliciesResponse> GetPolicies(GetPoliciesRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        CheckNumber(request.Revision, lowest: 0, violations);
        violations.ThrowIfAny();
        var history = revisions.History;
        var revision = request.Revision == 0 ? history.Holding : history.Find(request.Revision) ?? throw NotKept(request.Revision);
        return Task.FromResult(new GetPoliciesResponse
        {
            Revision = PolicyRevisionMapping.ToProto(revision),
            Document = FindDocument(revision),
            Yaml = revision.Yaml,
            Storage = Storage,
        });
    }

    public override Task<ListPolicyRevisionsResponse> ListPolicyRevisions(ListPolicyRevisionsRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        if (request.PageSize is < 0 or > PolicyHistory.MostRevisions)
            violations.Add("page_size", $"must be 0 to {PolicyHistory.MostRevisions}, and is {request.PageSize}");
        var before = long.MaxValue;
        if (request.PageToken.Length > 0
            && !long.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            violations.Add("page_token", "must be the next_page_token of an earlier page");
        }

        violations.ThrowIfAny();
        var size = request.PageSize == 0 ? PolicyHistory.MostRevisions : request.PageSize;
        var left = revisions.History.Revisions.Reverse().Where(revision => revision.Number < before).ToList();
        return Task.FromResult(new ListPolicyRevisionsResponse
        {
            Revisions = { left.Take(size).Select(PolicyRevisionMapping.ToProto) },
            NextPageToken = left.Count > size ? left[size - 1].Number.ToString(CultureInfo.InvariantCulture) : "",
        });
    }

    public override Task<RollBackPoliciesResponse> RollBackPolicies(RollBackPoliciesRequest request, ServerCallContext context)
    {
        var violations = new RequestViolations();
        CheckNumber(request.Revision, lowest: 1, violations);
        ApplyRequestParsing.CheckComment(request.Comment, violations);
        violations.ThrowIfAny();
        var revision = Change(() => revisions.RollBack(request.Revision, request.Etag, request.Comment, CallAccess.Of(context).Caller.Author), context);
        return Task.FromResult(new RollBackPoliciesResponse { Revision = PolicyRevisionMapping.ToProto(revision), Storage = Storage });
    }

    private Control.V1.PolicyStorage Storage => PolicyRevisionMapping.ToProto(revisions.Storage);

    private async Task<ApplyPoliciesResponse> PreviewAsync(PolicyProposal proposal, int shown, CancellationToken cancellation)
    {
        Change(() =>
        {
            revisions.RequireEtag(proposal.Etag);
            return revisions.History.Holding;
        });
        var next = new PolicyRevision(revisions.History.Holding.Number + 1, proposal.Document, proposal.Enforcement);
        var explanations = await target.PreviewAsync(next, cancellation);
        var preview = PreviewMapping.ToProto(proposal.Document, explanations, shown);
        var explained = await target.PreviewNamespacesAsync(next, cancellation);
        preview.Namespaces.Add(explained.Where(one => one.IsDifferent).Select(NamespaceExplanationMapping.ToProto));
        return new ApplyPoliciesResponse
        {
            Revision = PolicyRevisionMapping.ToPreview(proposal),
            Preview = preview,
            Storage = Storage,
        };
    }

    private static void CheckNumber(long number, long lowest, RequestViolations violations)
    {
        if (number < lowest)
            violations.Add("revision", $"must be {lowest} or more, and is {number}");
    }

    private static Control.V1.PolicyDocument? FindDocument(KeptRevision revision)
    {
        try
        {
            return PolicyDocumentMapping.ToProto(PolicyDocumentReader.Read(revision.Yaml));
        }
        catch (PolicyDocumentException)
        {
            return null; // An earlier daemon took it.
        }
    }

    private ControlPlaneException NotKept(long number) => PolicyRefusals.Describe(new PolicyRefusedException(
        PolicyRefusal.NotFound, revisions.History.Holding, $"the revision {number} is not kept"));

    /// <summary>Changes the policies, and notes for the trail which revision held and which holds.</summary>
    private KeptRevision Change(Func<KeptRevision> change, ServerCallContext context)
    {
        var notes = AuditNotes.Of(context);
        notes.Before = PolicyRevisionMapping.ToProto(revisions.History.Holding);
        var changed = Change(change);
        notes.After = PolicyRevisionMapping.ToProto(changed);
        notes.Document = changed.Yaml;
        return changed;
    }

    private static KeptRevision Change(Func<KeptRevision> change)
    {
        try
        {
            return change();
        }
        catch (PolicyRefusedException refused)
        {
            throw PolicyRefusals.Describe(refused);
        }
        catch (PolicyDocumentException exception)
        {
            throw new ControlPlaneException(
                StatusCode.FailedPrecondition, ErrorReason.PolicyRevisionNotFound,
                $"this daemon does not understand the document of the revision, which an earlier one took: {exception.Message}", exception);
        }
    }
}
