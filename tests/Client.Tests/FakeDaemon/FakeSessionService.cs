using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakeSessionService(Script script) : SessionService.SessionServiceBase
{
    public override Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListSessionsResponse>(request, context);
}
