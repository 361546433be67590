using Grpc.Core;

namespace Mptcp.ControlPlane.Server.Tests.Services.Calls;

/// <summary>A call that nobody made.</summary>
internal sealed class FakeCall(DateTime deadline, CancellationToken cancelled) : ServerCallContext
{
    protected override string MethodCore => "/mptcp.control.v1.NodeService/GetInfo";

    protected override string HostCore => "localhost";

    protected override string PeerCore => "unix:";

    protected override DateTime DeadlineCore => deadline;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => cancelled;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
        => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
