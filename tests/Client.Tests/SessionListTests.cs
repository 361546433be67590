using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests;

/// <summary>The list of roles and sessions.</summary>
public sealed class SessionListTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_of_a_role_or_of_all_are_listed_in_whichever_namespace()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSessionsRequest request) => new ListSessionsResponse
        {
            Roles = { new RoleSessions { Role = new PolicyRole { Name = request.Role.Length == 0 ? "any" : request.Role } } },
        });
        await using var client = new ControlPlaneClient(daemon.Address, new ControlPlaneClientOptions { Namespace = "blue" });

        var all = await client.ListSessionsAsync(Cancellation);
        var some = await client.ListSessionsAsync(new ListSessionsRequest { Role = "te" }, Cancellation);

        Assert.Equal(["any", "te"], new[] { all, some }.Select(response => Assert.Single(response.Roles).Role.Name));
        Assert.Equal([new ListSessionsRequest(), new ListSessionsRequest { Role = "te" }], daemon.Requests.Cast<ListSessionsRequest>());
    }

    [Fact]
    public async Task A_refusal_is_the_daemons()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<ListSessionsRequest>(Refusal.Of(StatusCode.NotFound, "there is no role 'x'", "ROLE_UNKNOWN"));
        await using var client = new ControlPlaneClient(daemon.Address);

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.ListSessionsAsync(new ListSessionsRequest { Role = "x" }, Cancellation));

        Assert.Equal(ErrorReason.RoleUnknown, ControlPlaneError.From(failure).Reason);
    }

    [Fact]
    public async Task Cancelling_throws_what_cancelling_always_throws()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        daemon.Answer(async (ListSessionsRequest _, ServerCallContext context) =>
        {
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return new ListSessionsResponse();
        });
        await using var client = new ControlPlaneClient(daemon.Address);

        await Assert.ThrowsAsync<OperationCanceledException>(() => client.ListSessionsAsync(cancellation.Token));
    }
}
