using System.Net;
using System.Threading.Channels;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Controlling;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Tests.Security.Audit;
using Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;
using Connection = Mptcp.ControlPlane.Server.State.Connection;
using ConnectionState = Mptcp.ControlPlane.Server.State.ConnectionState;
using Delegation = Mptcp.ControlPlane.Server.Policies.Model.Delegation;
using PathPolicy = Mptcp.ControlPlane.Server.Policies.Model.PathPolicy;
using PathStrategy = Mptcp.ControlPlane.Server.Policies.Model.PathStrategy;
using Role = Mptcp.ControlPlane.Server.Policies.Model.Role;
using RoleLimits = Mptcp.ControlPlane.Server.Policies.Model.RoleLimits;

namespace Mptcp.ControlPlane.Server.Tests.Services.Controlling;

/// <summary>A controller's stream where its other end does not do its part.</summary>
public sealed class ControlStreamTests
{
    // What is left unread at most, one in the writer's hands, and one more.
    private const int TooMany = 262_144 + 2;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly PathPolicy Delegating = new("delegated")
    {
        Strategy = PathStrategy.Delegate,
        Delegation = new Delegation("te", TimeSpan.FromSeconds(1), PathStrategy.None),
    };

    private static readonly Connection Gone = new("gone", 1, 1)
    {
        State = ConnectionState.Established,
        Local = IPEndPoint.Parse("198.18.1.1:40000"),
        Remote = IPEndPoint.Parse("198.18.1.2:443"),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_takes_nothing_is_ended_though_what_it_is_being_told_never_arrives()
    {
        using var under = await RegistryUnderTest.CreateAsync();
        var (session, room, standing) = await under.OpenAsync("reader", 5);
        using var trail = new TrailUnderTest();
        using var namespaces = new HostNamespaces(new NamespaceSelection([]), static _ => { });
        using var stream = new ControlStream(
            session, room, under.Registry, under.Target, namespaces, Access.Whole(AccessRole.Controller), new SessionAudit(trail.Trail, TrailUnderTest.Root), static () => { });
        var stuck = new StuckResponses();
        var running = stream.RunAsync(new ScriptedRequests(), stuck, Cancellation);
        session.Tell(standing);
        await stuck.Begun.WaitAsync(Longest, Cancellation);
        for (var count = 0; count < TooMany; count++)
            session.Tell(standing);
        var refusal = await Assert.ThrowsAsync<SessionRefusedException>(() => running.WaitAsync(Longest, Cancellation));
        Assert.Equal(SessionRefusal.LimitExceeded, refusal.Refusal);
    }

    [Fact]
    public async Task A_decision_that_waits_for_its_budget_has_arrived_before_it_is_taken_and_one_that_nobody_asked_for_waits_for_none()
    {
        using var under = await RegistryUnderTest.CreateAsync(roles: [new Role("te") { Limits = new RoleLimits { CommandsPerSecond = 2 } }]);
        var (session, room, _) = await under.OpenAsync("decider", 5);
        session.Ask(new DecisionQuestion(7, Gone, [], Delegating, []));
        under.TakeSaid();
        using var trail = new TrailUnderTest();
        using var namespaces = new HostNamespaces(new NamespaceSelection([]), static _ => { });
        using var stream = new ControlStream(
            session, room, under.Registry, under.Target, namespaces, Access.Whole(AccessRole.Controller), new SessionAudit(trail.Trail, TrailUnderTest.Root), static () => { });
        var requests = new ScriptedRequests();
        var running = stream.RunAsync(requests, new StuckResponses(), Cancellation);
        requests.Say(new ControlRequest { Decision = DecisionOf(7, commands: 3) });
        await under.Target.Answered.WaitAsync(Longest, Cancellation);
        Assert.Equal(["arrived 7", "answer 7 3"], under.TakeSaid());

        requests.Say(new ControlRequest { Decision = DecisionOf(8, commands: 3) });
        requests.Say(new ControlRequest());
        await Assert.ThrowsAsync<ControlPlaneException>(() => running.WaitAsync(Longest, Cancellation));
        Assert.Equal(["answer 8 nothing"], under.TakeSaid());
    }

    private static Decision DecisionOf(ulong id, int commands)
    {
        var withdraw = new PathCommand { WithdrawAddress = new WithdrawAddressCommand { AddressId = 1 } };
        return new Decision { DecisionId = id, Commands = new PathCommands { Commands = { Enumerable.Repeat(withdraw, commands) } } };
    }

    private sealed class ScriptedRequests : IAsyncStreamReader<ControlRequest>
    {
        private readonly Channel<ControlRequest> _said = Channel.CreateUnbounded<ControlRequest>();

        public ControlRequest Current { get; private set; } = new();

        public void Say(ControlRequest request) => Assert.True(_said.Writer.TryWrite(request));

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            Current = await _said.Reader.ReadAsync(cancellationToken);
            return true;
        }
    }

    // A write that ends only when it is given up.
    private sealed class StuckResponses : IServerStreamWriter<ControlResponse>
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public WriteOptions? WriteOptions { get; set; }

        public Task WriteAsync(ControlResponse message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(ControlResponse message, CancellationToken cancellationToken)
        {
            _begun.TrySetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }
}
