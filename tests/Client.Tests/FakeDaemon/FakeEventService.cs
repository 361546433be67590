using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakeEventService(Script script) : EventService.EventServiceBase
{
    public override Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) =>
        script.WatchAsync(request, responseStream, context);
}
