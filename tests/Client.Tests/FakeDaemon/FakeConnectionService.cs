using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakeConnectionService(Script script) : ConnectionService.ConnectionServiceBase
{
    public override Task<ListConnectionsResponse> ListConnections(ListConnectionsRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListConnectionsResponse>(request, context);

    public override Task<GetConnectionResponse> GetConnection(GetConnectionRequest request, ServerCallContext context) =>
        script.AnswerAsync<GetConnectionResponse>(request, context);

    public override Task<CloseConnectionResponse> CloseConnection(CloseConnectionRequest request, ServerCallContext context) =>
        script.AnswerAsync<CloseConnectionResponse>(request, context);

    public override Task<ReconcileConnectionsResponse> ReconcileConnections(ReconcileConnectionsRequest request, ServerCallContext context) =>
        script.AnswerAsync<ReconcileConnectionsResponse>(request, context);

    public override Task<AnnounceAddressResponse> AnnounceAddress(AnnounceAddressRequest request, ServerCallContext context) =>
        script.AnswerAsync<AnnounceAddressResponse>(request, context);

    public override Task<WithdrawAddressResponse> WithdrawAddress(WithdrawAddressRequest request, ServerCallContext context) =>
        script.AnswerAsync<WithdrawAddressResponse>(request, context);

    public override Task<CreateSubflowResponse> CreateSubflow(CreateSubflowRequest request, ServerCallContext context) =>
        script.AnswerAsync<CreateSubflowResponse>(request, context);

    public override Task<DestroySubflowResponse> DestroySubflow(DestroySubflowRequest request, ServerCallContext context) =>
        script.AnswerAsync<DestroySubflowResponse>(request, context);

    public override Task<UpdateSubflowResponse> UpdateSubflow(UpdateSubflowRequest request, ServerCallContext context) =>
        script.AnswerAsync<UpdateSubflowResponse>(request, context);

    public override Task<TuneSubflowResponse> TuneSubflow(TuneSubflowRequest request, ServerCallContext context) =>
        script.AnswerAsync<TuneSubflowResponse>(request, context);
}
