using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

sealed class FakeDiagnosticsService(Script script) : DiagnosticsService.DiagnosticsServiceBase
{
    public override Task ListSockets(
        ListSocketsRequest request, IServerStreamWriter<ListSocketsResponse> responseStream, ServerCallContext context) =>
        script.StreamAsync(request, responseStream, context);

    public override Task Sample(SampleRequest request, IServerStreamWriter<SampleResponse> responseStream, ServerCallContext context) =>
        script.StreamAsync(request, responseStream, context);
}
