using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakeNodeService(Script script) : NodeService.NodeServiceBase
{
    public override Task<GetInfoResponse> GetInfo(GetInfoRequest request, ServerCallContext context) =>
        script.AnswerAsync<GetInfoResponse>(request, context);

    public override Task<ListSysctlsResponse> ListSysctls(ListSysctlsRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListSysctlsResponse>(request, context);

    public override Task<UpdateSysctlsResponse> UpdateSysctls(UpdateSysctlsRequest request, ServerCallContext context) =>
        script.AnswerAsync<UpdateSysctlsResponse>(request, context);

    public override Task<ListNamespacesResponse> ListNamespaces(ListNamespacesRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListNamespacesResponse>(request, context);

    public override Task<ListInterfacesResponse> ListInterfaces(ListInterfacesRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListInterfacesResponse>(request, context);
}
