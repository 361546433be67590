using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Security.Tokens;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Tokens;

/// <summary>What callers may do whom tokens prove.</summary>
public sealed class TokenCallerTests
{
    private static readonly AccessBinding AliceOperates = new(AccessRole.Operator, [new CallerPattern.Name("token:alice")]);
    private static readonly AccessBinding EdgeReads = new(AccessRole.Viewer, [new CallerPattern.Name("subject:CN=edge")]);

    [LabFact]
    public async Task A_token_gives_its_caller_a_name_beside_those_of_the_certificate()
    {
        using var issuer = new TokenIssuer();
        await using var daemon = await TlsDaemon.StartAsync(issuer.Rules, AliceOperates, EdgeReads);
        using var edge = daemon.Connect(daemon.Files.NewClient());
        using var other = daemon.Connect(daemon.Files.NewClient("other"));
        var soon = DateTimeOffset.UtcNow.AddMinutes(5);
        var alice = issuer.Issue("alice", soon);

        // Confirming is an operator's, and there is nothing to confirm.
        await ConfirmAsync(edge, alice).RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.PoliciesNotPending);
        await ConfirmAsync(other, alice).RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.PoliciesNotPending);
        await ConfirmAsync(edge, null).RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        await AskAsync(edge, null);
        await AskAsync(edge, issuer.Issue("bob", soon));
        var error = await AskAsync(other, issuer.Issue("bob", soon)).RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        Assert.StartsWith("token:bob (127.0.0.1:", error.Message, StringComparison.Ordinal);
        await ConfirmAsync(edge, alice).RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.PoliciesNotPending);

        // What proves nothing is not passed over, even where the certificate would do.
        await IsRefusedAsync(edge, issuer.Issue("alice", DateTimeOffset.UtcNow.AddMinutes(-5)), "it expired at ");
        await IsRefusedAsync(edge, $"{alice}x", "; call with another one");
        var basic = await new NodeService.NodeServiceClient(edge).GetInfoAsync(new GetInfoRequest(), new Metadata { { "authorization", "Basic YTpi" } })
            .RefusedAsync(StatusCode.Unauthenticated, ErrorReason.CallerNotProved);
        Assert.Contains("as \"Bearer TOKEN\"", basic.Message, StringComparison.Ordinal);

        // The kernel knows better who calls over the Unix socket.
        using var root = SocketChannel.To(daemon.SocketPath);
        await AskAsync(root, "nonsense");
        var entries = (await new AuditService.AuditServiceClient(root).ListAuditEntriesAsync(new ListAuditEntriesRequest())).Entries;
        Assert.Contains(entries, entry => entry is { Allowed: true, CallerName: "token:alice", Transport: "tls" });
    }

    [LabFact]
    public async Task A_daemon_without_an_issuer_refuses_tokens()
    {
        await using var daemon = await TlsDaemon.StartAsync();
        using var issuer = new TokenIssuer();
        using var edge = daemon.Connect(daemon.Files.NewClient());
        await AskAsync(edge, null);
        await IsRefusedAsync(edge, issuer.Issue("alice", DateTimeOffset.UtcNow.AddMinutes(5)), "this daemon takes no tokens (tokens.issuer)");
    }

    [Fact]
    public async Task A_token_in_plain_text_is_not_looked_at()
    {
        using var callers = new CallerIdentification(null, null, TimeProvider.System);
        var http = new DefaultHttpContext();
        http.Features.Set<IConnectionItemsFeature>(new Items());
        Assert.Equal("anonymous", (await callers.IdentifyAsync(http)).Name);
        http.Request.Headers.Authorization = "Bearer x";
        var refused = await Assert.ThrowsAsync<ControlPlaneException>(() => callers.IdentifyAsync(http).AsTask());
        Assert.Equal((StatusCode.Unauthenticated, ErrorReason.CallerNotProved), (refused.StatusCode, refused.Reason));
        Assert.EndsWith("tokens are not looked at over plain text; call by https, or without a token", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_ends_with_the_token_that_it_began_with()
    {
        using var issuer = new TokenIssuer();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var tokens = new TokenValidator(issuer.Rules, new TokenKeys(issuer.Rules, time, NullLogger<TokenKeys>.Instance), time);
        using var callers = new CallerIdentification(null, tokens, time);
        var control = new AccessControl(new AccessRules { Bindings = [AliceOperates] }, DaemonOwner.Read(null));
        using var streams = new OpenStreams(callers, control, time);
        var verdict = await tokens.ValidateAsync(issuer.Issue("alice", time.GetUtcNow().AddMinutes(2)));
        var token = Assert.IsType<TokenVerdict.Good>(verdict).Token;
        var caller = new RemoteCaller(new IPEndPoint(IPAddress.Loopback, 1), [token.Name]) { Token = token };
        using var life = new CallLife(new DefaultHttpContext(), CancellationToken.None);

        using var stream = streams.Enter(new CallAccess(caller, control.GrantsOf(caller), Permission.ReadNode), life);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(life.Why);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((StatusCode.Unauthenticated, ErrorReason.CallerNotProved), (life.Why?.StatusCode, life.Why?.Reason));
        Assert.Contains("token:alice (127.0.0.1:1) is not good any more: it has expired", life.Why?.Message, StringComparison.Ordinal);
    }

    private static Metadata Headers(string? token) => token is null ? [] : new Metadata { { "authorization", $"Bearer {token}" } };

    private static AsyncUnaryCall<GetInfoResponse> AskAsync(GrpcChannel channel, string? token)
        => new NodeService.NodeServiceClient(channel).GetInfoAsync(new GetInfoRequest(), Headers(token));

    private static AsyncUnaryCall<ConfirmPoliciesResponse> ConfirmAsync(GrpcChannel channel, string? token)
        => new PolicyService.PolicyServiceClient(channel).ConfirmPoliciesAsync(new ConfirmPoliciesRequest(), Headers(token));

    private static async Task IsRefusedAsync(GrpcChannel channel, string token, string why)
    {
        var error = await AskAsync(channel, token).RefusedAsync(StatusCode.Unauthenticated, ErrorReason.CallerNotProved);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private sealed class Items : IConnectionItemsFeature
    {
        IDictionary<object, object?> IConnectionItemsFeature.Items { get; set; } = new Dictionary<object, object?>();
    }
}
