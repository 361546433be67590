using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Congestion;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;

namespace Mptcp.Kernel.Tests.Congestion;

/// <summary>Subflows that are tuned from outside, as the kernel then shows their sockets.</summary>
public class SubflowTunerTests
{
    const ulong Rate = 1_250_000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [HostRootFact]
    public async Task A_subflow_gets_what_it_is_told_and_no_other_subflow_does()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        await hosts.JoinAsync(actor, peer, localId: 2);
        using var diagnostics = SocketDiagnostics.Open(actor.Host.Namespace);
        var (first, second) = (Find(diagnostics, localId: 0), Find(diagnostics, localId: 2));
        var wanted = Other(first.CongestionControl);
        using var tuner = SubflowTuner.Open();

        var outcomes = tuner.Tune(
            actor.Host.Namespace,
            [new SubflowTuning(second.Cookie, new SubflowSettings { CongestionControl = wanted, CongestionWindowClamp = 7, PacingRate = (uint)Rate })]);

        Assert.Equal([new TuningOutcome.Done()], outcomes);
        var tuned = Find(diagnostics, localId: 2);
        Assert.Equal((wanted, Rate, 7u), (tuned.CongestionControl, tuned.Info!.MaximumPacingRate, tuned.Info.SlowStartThreshold));
        var untouched = Find(diagnostics, localId: 0);
        Assert.Equal(
            (first.CongestionControl, first.Info!.MaximumPacingRate, first.Info.SlowStartThreshold),
            (untouched.CongestionControl, untouched.Info!.MaximumPacingRate, untouched.Info.SlowStartThreshold));
        Assert.NotEqual(wanted, untouched.CongestionControl);

        Assert.Equal([new TuningOutcome.Done()], tuner.Tune(
            actor.Host.Namespace, [new SubflowTuning(second.Cookie, new SubflowSettings { PacingRate = SubflowSettings.NoPacing })]));
        Assert.Null(Find(diagnostics, localId: 2).Info!.MaximumPacingRate);
        Assert.Equal(wanted, Find(diagnostics, localId: 2).CongestionControl);
    }

    [HostRootFact]
    public async Task A_congestion_window_stays_below_its_clamp()
    {
        const uint Clamp = 3;
        await using var hosts = await TwoHosts.CreateAsync();
        var pair = await hosts.ConnectAsync(AddressKind.IPv6);
        using var diagnostics = SocketDiagnostics.Open(hosts.Client.Namespace);
        var before = Find(diagnostics, localId: 0);
        Assert.True(before.Info!.CongestionWindow > Clamp, $"a window of {before.Info.CongestionWindow} segments shows nothing");
        using var tuner = SubflowTuner.Open();
        var settings = new SubflowSettings { CongestionControl = "cubic", CongestionWindowClamp = Clamp };

        Assert.Equal([new TuningOutcome.Done()], tuner.Tune(hosts.Client.Namespace, [new SubflowTuning(before.Cookie, settings)]));

        await pair.LoadUntilAsync(
            "the window to come down to its clamp", () => Find(diagnostics, localId: 0).Info!.CongestionWindow <= Clamp, Cancellation);
    }

    [HostRootFact]
    public async Task Many_are_tuned_at_once_and_what_is_wanted_of_one_socket_is_done_in_order()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        for (var i = 0; i < 20; i++)
            await hosts.ConnectAsync(AddressKind.IPv4);
        using var diagnostics = SocketDiagnostics.Open(hosts.Client.Namespace);
        var sockets = diagnostics.ListTcpSockets(new SocketQuery { Extensions = SocketExtensions.All }).FindAll(socket => socket.Subflow is not null);
        Assert.Equal(20, sockets.Count);
        using var tuner = SubflowTuner.Open();

        var outcomes = tuner.Tune(
            hosts.Client.Namespace,
            [
                .. sockets.Select(socket => Paced(socket, 1_000)),
                new SubflowTuning(ulong.MaxValue, new SubflowSettings { PacingRate = 1 }),
                .. sockets.Take(10).Select(socket => Paced(socket, 2_000)),
                Paced(sockets[0], 3_000),
            ]);

        Assert.Equal(32, outcomes.Count);
        Assert.IsType<TuningOutcome.Gone>(outcomes[20]);
        Assert.Equal(31, outcomes.Count(outcome => outcome is TuningOutcome.Done));
        ulong RateOf(TcpSocket socket) => diagnostics.FindTcpSocket(SocketIdentity.Of(socket), SocketExtensions.Info)!.Info!.MaximumPacingRate!.Value;
        Assert.Equal(
            [3_000ul, .. Enumerable.Repeat(2_000ul, 9), .. Enumerable.Repeat(1_000ul, 10)],
            sockets.Select(RateOf));
    }

    [HostRootFact]
    public async Task What_is_refused_changes_nothing_and_a_socket_of_another_namespace_is_not_found()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        await hosts.ConnectAsync(AddressKind.IPv4);
        using var diagnostics = SocketDiagnostics.Open(hosts.Client.Namespace);
        var before = Find(diagnostics, localId: 0);
        using var tuner = SubflowTuner.Open();
        var settings = new SubflowSettings { CongestionControl = "no-such", CongestionWindowClamp = 5, PacingRate = 1_000 };

        Assert.Equal(
            [new TuningOutcome.Refused(TuningOption.CongestionControl, Errno.NotFound)],
            tuner.Tune(hosts.Client.Namespace, [new SubflowTuning(before.Cookie, settings)]));
        Assert.Equal([new TuningOutcome.Gone()], tuner.Tune(hosts.Server.Namespace, [Paced(before, 1_000)]));
        Assert.Equal([new TuningOutcome.Gone()], tuner.Tune(NetworkNamespace.Own, [Paced(before, 1_000)]));

        var after = Find(diagnostics, localId: 0);
        Assert.Equal(
            (before.CongestionControl, before.Info!.MaximumPacingRate, before.Info.SlowStartThreshold),
            (after.CongestionControl, after.Info!.MaximumPacingRate, after.Info.SlowStartThreshold));
    }

    [LabFact]
    public void Root_of_a_user_namespace_alone_is_told_what_it_lacks()
    {
        Assert.SkipWhen(LabSupport.IsHostRoot, "this is the host's root, who lacks nothing");
        var unavailable = Assert.Throws<TuningUnavailableException>(SubflowTuner.Open);
        Assert.Equal(TuningObstacle.Privilege, unavailable.Obstacle);
        Assert.Contains("CAP_BPF", unavailable.Message, StringComparison.Ordinal);
    }

    // Whatever the host's default is.
    internal static string Other(string? congestionControl) => congestionControl == "reno" ? "cubic" : "reno";

    static SubflowTuning Paced(TcpSocket socket, uint rate) => new(socket.Cookie, new SubflowSettings { PacingRate = rate });

    static TcpSocket Find(SocketDiagnostics diagnostics, byte localId) => diagnostics
        .ListTcpSockets(new SocketQuery { Extensions = SocketExtensions.All })
        .Single(socket => socket.Subflow is { } subflow && subflow.LocalId == localId);
}
