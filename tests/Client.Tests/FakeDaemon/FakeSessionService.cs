using System.Threading.Channels;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakeSessionService(Script script, ChannelWriter<FakeSession> sessions) : SessionService.SessionServiceBase
{
    public override async Task Control(
        IAsyncStreamReader<ControlRequest> requestStream,
        IServerStreamWriter<ControlResponse> responseStream,
        ServerCallContext context)
    {
        var session = new FakeSession(requestStream, responseStream, context);
        await sessions.WriteAsync(session);
        await session.RunAsync();
    }

    public override Task<ListSessionsResponse> ListSessions(ListSessionsRequest request, ServerCallContext context) =>
        script.AnswerAsync<ListSessionsResponse>(request, context);
}
