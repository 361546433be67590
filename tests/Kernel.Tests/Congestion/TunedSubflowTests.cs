using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Namespaces;

namespace Mptcp.Kernel.Tests.Congestion;

/// <summary>Subflows that callers of the daemon tune.</summary>
public class TunedSubflowTests(TunedLab served) : IClassFixture<TunedLab>
{
    public static MatrixTheoryData<AddressKind, Side> KindsAndSides { get; } =
        new(System.Enum.GetValues<AddressKind>(), System.Enum.GetValues<Side>());

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [HostRootTheory]
    [MemberData(nameof(KindsAndSides))]
    public async Task A_caller_tunes_a_subflow_and_the_kernel_shows_it(AddressKind kind, Side side)
    {
        await using var pair = await served.ConnectAsync(kind, side);
        var subflow = await pair.JoinAsync();
        var initial = (await pair.GetAsync()).Subflows[0];
        using var diagnostics = Open(pair);
        var before = Find(diagnostics, initial);
        var name = SubflowTunerTests.Other(before.CongestionControl);

        var response = await served.Connections.TuneSubflowAsync(Request(pair, subflow, request =>
        {
            request.CongestionControl = name;
            request.CongestionWindowClamp = 9;
            request.PacingRate = 2_500_000;
        }));

        Assert.Equal((name, 2_500_000ul), (response.CongestionControl, response.PacingRate));
        Assert.True(response.CongestionWindow > 0);
        var tuned = Find(diagnostics, subflow);
        Assert.Equal((name, 9u, 2_500_000ul), (tuned.CongestionControl, tuned.Info!.SlowStartThreshold, tuned.Info.MaximumPacingRate));
        var untouched = Find(diagnostics, initial);
        Assert.Equal((before.CongestionControl, before.Info!.MaximumPacingRate), (untouched.CongestionControl, untouched.Info!.MaximumPacingRate));

        var lifted = await served.Connections.TuneSubflowAsync(Request(pair, subflow, request => request.PacingRate = ulong.MaxValue));
        Assert.Equal((name, 0ul), (lifted.CongestionControl, lifted.PacingRate));
    }

    [HostRootFact]
    public async Task Refusals_name_what_is_wrong_and_leave_the_subflow_alone()
    {
        await using var pair = await served.ConnectAsync();
        var subflow = (await pair.GetAsync()).Subflows[0];
        using var diagnostics = Open(pair);
        var before = Find(diagnostics, subflow);

        var unknown = await RefusalAsync(Request(pair, subflow, request => (request.CongestionControl, request.PacingRate) = ("no-such", 1_000)));
        Assert.Equal((StatusCode.FailedPrecondition, ErrorReason.CongestionControlUnknown, "ENOENT"), (unknown.StatusCode, unknown.Reason, unknown.ErrnoName));
        Assert.Contains("nothing was changed", unknown.Message, StringComparison.Ordinal);
        await RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest, Request(pair, subflow, _ => { }));
        await RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest, Request(pair, subflow, request => request.PacingRate = uint.MaxValue));
        await RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch, Paced(request => request.ConnectionId = 1));
        await RefusedAsync(StatusCode.NotFound, ErrorReason.ConnectionNotFound, Paced(request => request.Token = ~request.Token));
        await RefusedAsync(StatusCode.NotFound, ErrorReason.SubflowNotFound, Paced(request => request.Local = new SocketAddress { Address = "198.18.1.99", Port = 1 }));

        var after = Find(diagnostics, subflow);
        Assert.Equal((before.CongestionControl, before.Info!.MaximumPacingRate), (after.CongestionControl, after.Info!.MaximumPacingRate));

        TuneSubflowRequest Paced(Action<TuneSubflowRequest> change) => Request(pair, subflow, request =>
        {
            request.PacingRate = 1_000;
            change(request);
        });
    }

    // What the daemon knows of it is behind for as long as its own thread takes to hear the end.
    [HostRootFact]
    public async Task A_subflow_that_has_ended_is_not_found()
    {
        await using var pair = await served.ConnectAsync();
        var subflow = await pair.JoinAsync();
        using var diagnostics = Open(pair);
        diagnostics.DestroyTcpSocket(SocketIdentity.Of(Find(diagnostics, subflow)));

        await RefusedAsync(StatusCode.NotFound, ErrorReason.SubflowNotFound, Request(pair, subflow, request => request.PacingRate = 1_000));
    }

    [HostRootFact]
    public async Task Many_callers_at_once_are_all_served()
    {
        await using var pair = await served.ConnectAsync();
        var subflow = (await pair.GetAsync()).Subflows[0];

        await Task.WhenAll(Enumerable.Range(1, 200).Select(rate => served.Connections.TuneSubflowAsync(
            Request(pair, subflow, request => request.PacingRate = (ulong)rate * 1_000), cancellationToken: Cancellation).ResponseAsync));

        using var diagnostics = Open(pair);
        Assert.Contains(Find(diagnostics, subflow).Info!.MaximumPacingRate, Enumerable.Range(1, 200).Select(rate => (ulong?)rate * 1_000));
    }

    [HostRootFact]
    public async Task The_command_line_tunes_and_the_node_says_that_it_can()
    {
        await using var pair = await served.ConnectAsync();
        var subflow = (await pair.GetAsync()).Subflows[0];
        var ends = $"0x{pair.Token:x8} --local {subflow.Local.Address}:{subflow.Local.Port} --remote {subflow.Remote.Address}:{subflow.Remote.Port}";
        using var diagnostics = Open(pair);

        var run = await served.RunAsync($"--namespace {pair.Namespace} subflow set {ends} --cwnd-clamp 11 --congestion reno --pacing-rate 10mbit");

        Assert.Contains("reno", Assert.Single(run.Succeeded().Output), StringComparison.Ordinal);
        var tuned = Find(diagnostics, subflow);
        Assert.Equal(("reno", 11u, 1_250_000ul), (tuned.CongestionControl, tuned.Info!.SlowStartThreshold, tuned.Info.MaximumPacingRate));
        (await served.RunAsync($"--namespace {pair.Namespace} subflow set {ends} --congestion no-such")).Failed(1, "no-such", "tcp_available_congestion_control");
        var features = (await served.Client.Node.GetInfoAsync(new GetInfoRequest())).Features;
        Assert.Equal((true, ""), (features.SubflowTuning, features.SubflowTuningObstacle));
        Assert.Contains("reno", features.CongestionControls);
    }

    async Task RefusedAsync(StatusCode status, ErrorReason reason, TuneSubflowRequest request)
    {
        var refusal = await RefusalAsync(request);
        Assert.Equal((status, reason), (refusal.StatusCode, refusal.Reason));
    }

    Task<Mptcp.ControlPlane.Client.ControlPlaneError> RefusalAsync(TuneSubflowRequest request)
        => ServedLab.RefusalOfAsync(served.Connections.TuneSubflowAsync(request, cancellationToken: Cancellation));

    static TuneSubflowRequest Request(ServedPair pair, Subflow subflow, Action<TuneSubflowRequest> fill)
    {
        var request = new TuneSubflowRequest { Namespace = pair.Namespace, Token = pair.Token, Local = subflow.Local, Remote = subflow.Remote };
        fill(request);
        return request;
    }

    static SocketDiagnostics Open(ServedPair pair) => SocketDiagnostics.Open(NetworkNamespace.Find(pair.Host.NamespacePath));

    static TcpSocket Find(SocketDiagnostics diagnostics, Subflow subflow) => diagnostics
        .ListTcpSockets(new SocketQuery { Extensions = SocketExtensions.All })
        .Single(socket => socket.Cookie == subflow.Id);
}
