using Microsoft.Extensions.Time.Testing;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

/// <summary>A controller that runs, and the daemon that it plays its role with, in the hands of a test.</summary>
sealed class Stage : IAsyncDisposable
{
    readonly CancellationTokenSource _stop;
    readonly ControlPlaneClient _client;

    Stage(FakeDaemon daemon, ControlPlaneClient client, PathController controller, FakeTimeProvider clock)
    {
        Daemon = daemon;
        _client = client;
        Controller = controller;
        Clock = clock;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Run = controller.RunAsync(_stop.Token);
    }

    public FakeDaemon Daemon { get; }

    public PathController Controller { get; }

    public FakeTimeProvider Clock { get; }

    /// <summary>The controller's whole run.</summary>
    public Task Run { get; }

    /// <summary>Starts a controller.</summary>
    /// <param name="make">Makes it, with a way to go on that never pauses.</param>
    /// <param name="roles">What the daemon shows of sessions.</param>
    public static async Task<Stage> StartAsync(
        Func<ControlPlaneClient, WatchReconnection, PathController> make,
        Func<RoleSessions>? roles = null)
    {
        var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListSessionsRequest _) => new ListSessionsResponse { Roles = { roles?.Invoke() ?? Of(0) } });
        var client = new ControlPlaneClient(daemon.Address);
        var clock = new PauseClock();
        return new Stage(daemon, client, make(client, new WatchReconnection { Time = clock, Lot = () => 0 }), clock);
    }

    /// <summary>Starts a controller that bids 5, and whose decisions are these.</summary>
    public static Task<Stage> StartAsync(Func<DecisionContext, CancellationToken, ValueTask<PathDecision>>? decide = null) =>
        StartAsync((client, reconnection) => PathController.Create(
            client,
            new PathControllerOptions { Role = "edge", ElectionId = 5, Reconnection = reconnection },
            decide ?? ((_, _) => ValueTask.FromResult(PathDecision.Nothing))));

    /// <summary>The role as the daemon shows it.</summary>
    public static RoleSessions Of(ulong highest, params IEnumerable<Session> sessions) =>
        new() { Role = new PolicyRole { Name = "edge" }, HighestElectionId = highest, Sessions = { sessions } };

    public static PrimaryChange Self(ulong electionId = 5) =>
        new() { IsSelf = true, Primary = new Session { ElectionId = electionId }, HighestElectionId = electionId };

    public static PrimaryChange Other(ulong electionId) =>
        new() { Primary = new Session { Name = "rival", ElectionId = electionId }, HighestElectionId = electionId };

    public static PrimaryChange Nobody(ulong highest) => new() { HighestElectionId = highest };

    public static DecisionRequest Request(ulong id, params IEnumerable<DecisionCause> causes) => new()
    {
        DecisionId = id,
        Connection = new Connection { Namespace = "self", Token = (uint)id, Id = id + 1000 },
        Reasons = { causes.Select(cause => new DecisionReason { Cause = cause }) },
        Deadline = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromSeconds(1)),
        Fallback = PathStrategy.FullMesh,
    };

    /// <summary>Takes the next session, whose bid is read, and makes it primary unless it is told otherwise.</summary>
    public async Task<FakeSession> OpenAsync(PrimaryChange? primary = null, string epoch = "e1")
    {
        var session = await Daemon.NextSessionAsync(TestContext.Current.CancellationToken);
        var bid = await session.NextBidAsync();
        await session.WelcomeAsync(primary ?? Self(bid.ElectionId), epoch);
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Run.ContinueWith(_ => { }, TaskScheduler.Default);
        await _client.DisposeAsync();
        await Daemon.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Ends the controller, and waits until it has.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run);
    }
}
