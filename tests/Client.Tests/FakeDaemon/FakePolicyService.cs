using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakePolicyService(Script script) : PolicyService.PolicyServiceBase
{
    public override Task<ApplyPoliciesResponse> ApplyPolicies(ApplyPoliciesRequest request, ServerCallContext context) =>
        script.AnswerAsync<ApplyPoliciesResponse>(request, context);

    public override Task<ConfirmPoliciesResponse> ConfirmPolicies(ConfirmPoliciesRequest request, ServerCallContext context) =>
        script.AnswerAsync<ConfirmPoliciesResponse>(request, context);

    public override Task<GetPoliciesResponse> GetPolicies(GetPoliciesRequest request, ServerCallContext context) =>
        script.AnswerAsync<GetPoliciesResponse>(request, context);

    public override Task<ListPolicyRevisionsResponse> ListPolicyRevisions(ListPolicyRevisionsRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListPolicyRevisionsResponse>(request, context);

    public override Task<RollBackPoliciesResponse> RollBackPolicies(RollBackPoliciesRequest request, ServerCallContext context) =>
        script.AnswerAsync<RollBackPoliciesResponse>(request, context);

    public override Task<ExplainConnectionResponse> ExplainConnection(ExplainConnectionRequest request, ServerCallContext context) =>
        script.AnswerAsync<ExplainConnectionResponse>(request, context);

    public override Task<ExplainNamespaceResponse> ExplainNamespace(ExplainNamespaceRequest request, ServerCallContext context) =>
        script.AnswerAsync<ExplainNamespaceResponse>(request, context);

    public override Task<ListDifferencesResponse> ListDifferences(ListDifferencesRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListDifferencesResponse>(request, context);
}
