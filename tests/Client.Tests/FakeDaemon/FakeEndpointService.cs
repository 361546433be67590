using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakeEndpointService(Script script) : EndpointService.EndpointServiceBase
{
    public override Task<ListEndpointsResponse> ListEndpoints(ListEndpointsRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListEndpointsResponse>(request, context);

    public override Task<GetEndpointResponse> GetEndpoint(GetEndpointRequest request, ServerCallContext context) =>
        script.AnswerAsync<GetEndpointResponse>(request, context);

    public override Task<CreateEndpointResponse> CreateEndpoint(CreateEndpointRequest request, ServerCallContext context) =>
        script.AnswerAsync<CreateEndpointResponse>(request, context);

    public override Task<UpdateEndpointResponse> UpdateEndpoint(UpdateEndpointRequest request, ServerCallContext context) =>
        script.AnswerAsync<UpdateEndpointResponse>(request, context);

    public override Task<DeleteEndpointResponse> DeleteEndpoint(DeleteEndpointRequest request, ServerCallContext context) =>
        script.AnswerAsync<DeleteEndpointResponse>(request, context);

    public override Task<FlushEndpointsResponse> FlushEndpoints(FlushEndpointsRequest request, ServerCallContext context) =>
        script.AnswerAsync<FlushEndpointsResponse>(request, context);

    public override Task<GetLimitsResponse> GetLimits(GetLimitsRequest request, ServerCallContext context) =>
        script.AnswerAsync<GetLimitsResponse>(request, context);

    public override Task<UpdateLimitsResponse> UpdateLimits(UpdateLimitsRequest request, ServerCallContext context) =>
        script.AnswerAsync<UpdateLimitsResponse>(request, context);
}
