using Grpc.Core;
using Grpc.Net.Client;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Certificates;

/// <summary>What callers may do whom certificates prove, and what becomes of them when those are good no longer.</summary>
public sealed class CertifiedCallerTests
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    [LabFact]
    public async Task Each_of_the_names_of_a_certificate_can_be_given_a_role()
    {
        await using var daemon = await TlsDaemon.StartAsync(
            Bind(AccessRole.Viewer, "spiffe://test.example/te/*"), Bind(AccessRole.Operator, "subject:CN=ops"));
        using var viewer = daemon.Connect(daemon.Authority.CreateClient("one", "spiffe://test.example/te/one"));
        using var operating = daemon.Connect(daemon.Authority.CreateClient("ops", null));
        using var nobody = daemon.Connect(daemon.Authority.CreateClient("two", "spiffe://test.example/other"));

        await ReadAsync(viewer);
        await ConfirmAsync(viewer).RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        await ConfirmAsync(operating).RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.PoliciesNotPending);
        var error = await new NodeService.NodeServiceClient(nobody).GetInfoAsync(new GetInfoRequest())
            .RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        Assert.StartsWith("spiffe://test.example/other (127.0.0.1:", error.Message, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task Streams_and_calls_end_with_their_certificate_and_those_of_others_go_on()
    {
        await using var daemon = await TlsDaemon.StartAsync(Bind(AccessRole.Viewer, "subject:*"));
        using var certificate = daemon.Files.NewClient("one");
        using var revoked = daemon.Connect(certificate);
        using var good = daemon.Connect(daemon.Authority.CreateClient("two", null));
        using var ended = await FollowAsync(revoked);
        using var goesOn = await FollowAsync(good);

        daemon.Files.Revoke(certificate);
        var end = await Assert.ThrowsAsync<RpcException>(() => ended.ResponseStream.MoveNext(TestContext.Current.CancellationToken)
            .WaitAsync(LongestWait, TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.Unauthenticated, ErrorReason.CallerNotProved), (end.StatusCode, ControlPlaneError.From(end).Reason));
        Assert.Contains("revoked", end.Status.Detail, StringComparison.Ordinal);

        // Its next call is refused as well, or finds the connection closed and no other to be had.
        var refused = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(revoked));
        Assert.True(refused.StatusCode is StatusCode.Unauthenticated or StatusCode.Unavailable or StatusCode.Internal, refused.Message);
        await ReadAsync(good);
        Assert.False(goesOn.ResponseStream.MoveNext(TestContext.Current.CancellationToken).IsCompleted);
    }

    private static AccessBinding Bind(AccessRole role, string name) => new(role, [new CallerPattern.Name(name)]);

    private static async Task ReadAsync(GrpcChannel channel) => await new NodeService.NodeServiceClient(channel).GetInfoAsync(new GetInfoRequest());

    private static AsyncUnaryCall<ConfirmPoliciesResponse> ConfirmAsync(GrpcChannel channel)
        => new PolicyService.PolicyServiceClient(channel).ConfirmPoliciesAsync(new ConfirmPoliciesRequest());

    private static async Task<AsyncServerStreamingCall<WatchResponse>> FollowAsync(GrpcChannel channel)
    {
        var watch = new EventService.EventServiceClient(channel).Watch(new WatchRequest { Mode = WatchMode.FollowOnly });
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return watch;
    }
}
